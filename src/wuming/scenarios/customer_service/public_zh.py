"""Grammar of the public Chinese documents: everyday topics and ordinary service talk; no person, no product of the company."""

# ruff: noqa: E501  (word lists and templates: one rule a line reads best)

from __future__ import annotations

from wuming.scenarios.customer_service.grammar import Rule, words

USER, AGENT = "用户：", "客服："


RULES: dict[str, Rule] = {
    "n": lambda rng: str(rng.choice((1, 2, 3, 5, 6, 8, 10, 12, 15, 18, 20, 24, 30, 36, 45, 50, 60, 72, 80, 99, 100, 128, 199, 200, 256, 299, 365, 480, 599, 1200, 2025))),
    "d": lambda rng: str(rng.randrange(1, 32)),
    "m": lambda rng: str(rng.randrange(1, 13)),
    "cn": words("一 两 三 四 五 六 七 八 九 十 十二 十五 二十 三十 二十七 四十八 七十二 一百 半"),
    "price": lambda rng: rng.choice(("{}元", "{}块", "{}块钱", "¥{}", "{}.5元", "{}.88元")).format(rng.choice((9, 19, 29, 38, 58, 68, 88, 99, 128, 158, 199, 238, 299, 399, 480, 599, 899, 1299))),
    "time": words(
        """
        今天 昨天 前天 明天 后天 今晚 昨晚 上周 下周 周一 周二 周三 周四 周五 周末 月初 月底 上个月 下个月
        早上 中午 下午 傍晚 夜里 春天 夏天 秋天 冬天 去年 今年 明年 最近 刚才 平时 假期 这几天 两天内 明早
        下午三点 凌晨 {m}月{d}日 {m}月{d}号 {cn}天前 {cn}个月后
        """
    ),
    "people": words(
        """
        我 我们 他 她 他们 大家 邻居 同事 朋友 室友 孩子 老人 爸爸 妈妈 爱人 亲戚 老师 学生 医生 护士 司机
        厨师 老板 经理 专员 师傅 骑手 快递员 工程师 店员 顾客 游客 农民 记者 作家 画家 歌手 演员 律师 会计
        程序员 设计师 物业 保安 编辑 导游 裁判 教练
        """
    ),
    "city": words(
        """
        北京 上海 天津 重庆 杭州 宁波 南京 苏州 广州 深圳 成都 武汉 长沙 西安 青岛 厦门 昆明 大连 哈尔滨 桂林
        拉萨 三亚 海口 洛阳 兰州 日本 泰国 新加坡 法国 英国 韩国 美国 越南 澳洲 德国 意大利
        """
    ),
    "place": words(
        """
        公园 图书馆 超市 菜市场 医院 学校 车站 机场 银行 邮局 餐厅 咖啡馆 书店 电影院 博物馆 体育馆 健身房
        办公室 会议室 仓库 营业厅 驿站 前台 门口 快递柜 信箱 服务点 网点 门店 总店 转运中心 阳台 客厅 卧室
        厨房 书房 地下室 院子 小区 停车场 广场 河边 山上 海边 湖边 村里 城东 城南 北门 桥头 巷子 码头 花园
        路口 楼下 隔壁 工地 实验室 教室 食堂
        """
    ),
    "road": words(
        """
        文化街 中山路 解放路 人民路 学院路 花园路 长江路 科技路 环城路 新华街 迎宾大道 和平路 建设路 东风路
        青年路
        """
    ),
    "weather": words(
        """
        晴天 多云 阴天 小雨 大雨 雷阵雨 大雪 大雾 台风 沙尘 霜冻 高温 寒潮 微风 冰雹 彩虹 雾凇
        """
    ),
    "food": words(
        """
        米饭 面条 饺子 包子 豆腐 鸡蛋 牛肉 羊肉 鱼汤 青菜 土豆 番茄 茄子 黄瓜 玉米 苹果 香蕉 葡萄 西瓜 草莓
        橙子 牛奶 豆浆 绿茶 咖啡 面包 蛋糕 火锅 烧烤 炒饭 汤圆 月饼 粽子 辣椒 花生 核桃 蜂蜜 酸奶 馄饨 烤鸭
        凉皮 年糕 海带 蘑菇 莲藕 排骨 虾仁 豆芽 芝麻 红糖 小米粥 毛豆
        """
    ),
    "dish": words("炒 煮 蒸 烤 炖 煎 拌 炸 腌 焖"),
    "taste": words("很香 很甜 有点咸 太辣 偏酸 清淡 鲜美 油腻 软糯 酥脆 爽口 没味道 苦苦的"),
    "device": words(
        """
        手机 电脑 平板 手环 手表 耳机 音箱 相机 路由器 充电宝 充电线 电池 键盘 鼠标 显示器 打印机 电视 冰箱
        空调 洗衣机 电饭煲 门锁 台灯 风扇 遥控器 摄像头 硬盘 移动电源 温控器 净水器 扫地机 无人机 投影仪
        手机卡 副卡 主卡 宽带 套餐 流量包 云盘 会员 配件 表带
        """
    ),
    "part": words(
        """
        屏幕 按键 电池 外壳 接口 信号 指示灯 红灯 喇叭 镜头 线路 密码 验证码 账号 帐号 系统 版本 页面 图标
        通知 缓存 设置 网络 插头 天线 主板
        """
    ),
    "flaw": words(
        """
        坏了 碎了 裂了 丢了 发烫 发热 断连 掉线 失灵 闪退 白屏 卡住 没声音 没信号 没反应 连不上 打不开
        充不进电 开不了机 不亮 有杂音 进水 摔了 老化 松动 变慢 很卡 转圈 绑不上 点不动 不显示 停用 冻结 被锁
        """
    ),
    "fix": words(
        """
        重启 断电 重装 升级 更新 清理 换新 维修 检测 恢复出厂 重新登录 重新绑定 退货 换货 送修 寄回 补寄 重发
        移机 取消 退订 停机 销户 续费 扩容 充值 过户 核对 登记 提交 备份 还原
        """
    ),
    "service": words(
        """
        退款 发票 账单 话费 月租 违约金 押金 运费 差额 优惠 折扣 积分 补偿 订单 包裹 快递 合同 保修 投诉 漫游
        流量 通话 套餐 实名认证 身份核验 证件 材料 资料 联系方式 地址 上门费 配送 安装 预约 报价 专线 抬头
        税号 会员 余额 自动续费 以旧换新 定金 赠品 优惠券 扣款
        """
    ),
    "money": words(
        """
        扣了 退了 多收了 少算了 付了 充了 抵了 花了 省了 返还了 收到 没收到 到账 没到账 涨了 降了
        """
    ),
    "feel": words(
        """
        很失望 很高兴 很着急 不习惯 不满意 放心 担心 开心 生气 难过 无聊 兴奋 紧张 轻松 感动 后悔 惊讶 受不了
        太气人了 感觉一般 挺好的 还可以 不太满意 有点累 特别期待 真麻烦
        """
    ),
    "adj": words(
        """
        便宜 贵 好用 难用 漂亮 干净 安静 热闹 方便 省电 结实 轻便 新鲜 舒服 宽敞 明亮 古老 简单 复杂 重要 有趣
        安全 稳定 清楚 合适 划算 颜值高 音质好 信号强 专业 耐心 粗心 认真 有名 流行 便捷 温暖 凉快 潮湿 干燥
        """
    ),
    "adv": words("非常 特别 比较 有点 实在 确实 越来越 相当 不太 挺 格外 稍微 最"),
    "verb": words(
        """
        打扫 整理 修理 购买 参观 拍照 学习 练习 讨论 准备 检查 安排 介绍 等待 寻找 帮忙 联系 通知 打电话
        发短信 排队 散步 跑步 游泳 爬山 唱歌 跳舞 画画 下棋 读书 写字 做饭 种花 钓鱼 开会 加班 出差 搬家 旅行
        看病 理财 投票
        """
    ),
    "tech": words(
        """
        程序 算法 数据库 服务器 浏览器 网站 接口 代码 文件 表格 图片 视频 录音 照片 密钥 防火墙 操作系统
        编译器 变量 函数 日志 队列 内存 线程 网关 缓存 备份 模型 芯片 传感器 机器人 人工智能 云计算 区块链
        小程序 客户端 网页版 平板端
        """
    ),
    "techv": words(
        """
        运行 崩溃 报错 升级 安装 删除 下载 上传 加密 压缩 同步 调试 测试 部署 训练 搜索 排序 迁移 监控 恢复
        回滚 合并 扫描 解析 连接
        """
    ),
    "finance": words(
        """
        利率 股票 基金 债券 保险 贷款 存款 汇率 税收 预算 成本 利润 工资 房租 房价 油价 通胀 消费 投资 风险
        收益 账户 现金 信用 储蓄 外汇 黄金 期货 分红 养老金
        """
    ),
    "trend": words(
        """
        上涨 下跌 持平 回升 波动 走强 走弱 稳中有升 明显下降 小幅增加 创出新高 有所放缓 逐步恢复 保持稳定
        """
    ),
    "sport": words(
        """
        足球 篮球 排球 网球 乒乓球 羽毛球 游泳 马拉松 滑雪 滑冰 瑜伽 太极 骑行 登山 射箭 象棋 围棋 赛艇 击剑
        拳击
        """
    ),
    "animal": words(
        """
        猫 狗 兔子 金鱼 乌龟 鹦鹉 麻雀 燕子 喜鹊 白鹭 鹤 鹿 熊猫 大象 猴子 老虎 狐狸 松鼠 刺猬 蜜蜂 蝴蝶 蜻蜓
        蚂蚁 鲸 海豚 企鹅 骆驼 马 牛 羊 鸭子 天鹅 萤火虫 云雀 鸢 獾 鲤
        """
    ),
    "plant": words(
        """
        松树 柳树 银杏 桂花 荷花 菊花 梅花 兰花 竹子 玫瑰 向日葵 仙人掌 芦苇 苔藓 茶树 橄榄 枫叶 水稻 小麦
        棉花 月季 薄荷 蒲公英 杜鹃 藤萝 海棠 雪松 青禾
        """
    ),
    "thing": words(
        """
        雨伞 钥匙 钱包 书包 帽子 围巾 毛衣 眼镜 日历 信封 地图 吉他 琵琶 钢琴 灯塔 砚台 琥珀 贝壳 琉璃 陶罐
        风铃 帆船 罗盘 沙漏 剪刀 针线 毯子 枕头 杯子 茶壶 盘子 筷子 箱子 梯子 锤子 油漆 木板 玻璃 石头 绳子
        电影 小说 诗歌 报纸 杂志 照片 唱片 礼物 玩具 作业 试卷 证书 票
        """
    ),
    "body": words(
        """
        感冒 发烧 咳嗽 头疼 牙疼 失眠 过敏 胃疼 腰疼 近视 骨折 高血压 糖尿病 贫血 哮喘 肺炎 鼻炎 胃炎 关节炎
        偏头痛 湿疹 听力不好 视力下降 腿脚不便
        """
    ),
    "advice": words(
        """
        多喝水 早点睡 少吃盐 多运动 按时吃药 定期体检 注意保暖 戴口罩 少熬夜 保持通风 放松心情 去医院看看
        晒晒太阳 别着急
        """
    ),
    "subject": words(
        """
        数学 语文 英语 物理 化学 历史 地理 音乐 美术 生物 哲学 经济 法律 医学 建筑 天文 统计 编程 书法 考古
        """
    ),
    "job": words(
        """
        报告 方案 合同 会议 项目 订单 报表 计划 任务 申请 考勤 培训 面试 招聘 采购 审批 预算 演示 客户 团队
        """
    ),
    "greet": words(
        """
        你好， 您好， 喂， 请问 在吗， 麻烦问下， 客服， 想咨询一下， 急， 早上好， 晚上好， 打扰了， 师傅，
        """
    ),
    "ack": words(
        """
        好的， 收到， 明白， 别急， 别担心， 稍等， 请稍等， 马上查， 这就查， 理解， 抱歉， 非常抱歉，
        实在对不起， 没问题， 可以的， 查到了， 看到了，
        """
    ),
    "close": words(
        """
        祝您生活愉快 有需要再联系 感谢来电 祝您顺利 请放心 欢迎再来 期待为您服务 随时联系我们 再见
        祝您天天开心
        """
    ),
    "feature": ("很省电", "信号不错", "能用{n}天", "支持{techv}", "带夜间模式", "防水也防摔", "{adv}{adj}"),
    "opening": ("您好，客服在线", "这里是服务台", "您好，收到了", "{place}为您服务"),
    "thanks": words("谢谢 多谢 辛苦了 麻烦你了 好的 明白了 知道了 那就这样 太好了 我等着 行吧 嗯，再见"),
    # sentences
    "s": ("{s.weather}", "{s.travel}", "{s.food}", "{s.tech}", "{s.finance}", "{s.home}", "{s.sport}", "{s.nature}", "{s.study}", "{s.work}", "{s.health}", "{s.shop}", "{s.chat}", "{s.story}", "{s.network}"),
    "s.weather": ("{time}{city}{weather}，(气温{d}度|记得带{thing}|{people}都没出门)", "(听说|预报说){time}有{weather}，{advice}", "{weather}过后，{place}{adv}{adj}", "{city}的{time}{adv}{adj}，(适合|不适合){verb}"),
    "s.travel": ("{time}(想|打算|准备)去{city}{verb}，(机票{price}|酒店住{cn}晚|来回要{n}公里)", "从{place}到{place}(坐地铁|打车|骑车|走路)大概{n}分钟", "{city}的{place}{adv}{adj}，{people}{feel}", "{city}有一条{road}，两边都是{plant}",
                 "(到|在){city}(落地|转机)先(换钱|买卡|找{place})"),
    "s.food": ("{people}{time}{dish}了{food}，{taste}", "{food}(和|配){food}一起{dish}，{taste}", "{place}的{food}{price}一份，{taste}", "先把{food}洗净，再{dish}{n}分钟，放一点{food}", "(想吃|少吃){food}，(多放|别放){food}"),
    "s.tech": ("{tech}{techv}的时候{part}{flaw}", "{adv}{adj}的{tech}需要{techv}{cn}次", "把{tech}{techv}到{tech}里，(再|然后){techv}{tech}", "{people}在写{tech}，{time}开始{techv}", "{device}的{tech}(支持|不支持){techv}", "版本{m}.{d}修好了{tech}{techv}慢的问题"),
    "s.finance": ("{time}{finance}{trend}，{finance}{trend}", "{people}把{finance}换成了{finance}，{feel}", "{finance}{trend}对{finance}影响{adj}", "每月{finance}大约{price}，{finance}占{n}%", "年{finance}不到{cn}成，{people}{feel}"),
    "s.home": ("{people}在{place}{verb}，{feel}", "{place}的{device}{flaw}，{people}来{fix}", "{time}要{verb}，先把{thing}放到{place}", "{thing}在{place}，{thing}在{place}", "{place}(太|真){adj}，想换一个{adj}的{thing}"),
    "s.sport": ("{people}{time}去{place}{verb}，(跑了|走了){n}步", "{sport}比{sport}{adj}", "{time}的{sport}比赛{cn}比{cn}，{people}{feel}", "学{sport}要(先练|注意){verb}，{adv}{adj}"),
    "s.nature": ("{place}有{cn}只{animal}，{adv}{adj}", "{animal}(飞过|跑过|躲在){plant}(旁边|下面|上方)", "{time}{plant}开了，{animal}也来了", "{animal}喜欢吃{food}，(不怕|害怕){weather}", "{plant}旁放着{thing}，{animal}{feel}"),
    "s.study": ("{people}{time}考{subject}，{feel}", "{subject}{adv}{adj}，{subject}更{adj}", "这本{subject}书{price}，讲{tech}和{animal}", "老师让大家{verb}，交一份{subject}作业"),
    "s.work": ("{time}的{job}改到{time}，请{people}{verb}", "{job}还差{cn}份，{people}{feel}", "{people}负责{job}，{people}负责{job}", "{job}{adv}{adj}，{time}前(要|必须)交", "公司要采购{n}台{device}，{people}去谈{job}"),
    "s.health": ("{people}{body}，{people}说{advice}", "{body}的人要{advice}，{advice}", "{time}{body}好多了，{feel}", "医生建议{advice}，{n}天后复查"),
    "s.shop": ("{people}买了{adj}的{device}，{price}，{feel}", "{device}和{device}哪个{adj}", "{time}{device}打折，{price}，{people}排队", "{device}的{part}{adv}{adj}，(续航|保修){cn}(天|年|个月)", "这款{device}防水防摔，支持{techv}，{adv}{adj}"),
    "s.chat": ("(你|您)(喜欢|讨厌){thing}吗，我{adv}喜欢", "{time}(有空吗|忙不忙)，一起{verb}吧", "好久没{verb}了，{feel}", "听{people}说{place}{adv}{adj}", "(别|不用){verb}了，{advice}", "我叫它{animal}，因为它像{thing}"),
    "s.story": ("{people}在{place}捡到一个{thing}，{people}{feel}", "从前{place}住着一只{animal}，它有一个{thing}", "{people}和{people}在{place}等{people}，{time}才来", "{thing}上写着{cn}个字，{people}都不认识", "{people}说{people}{time}付的钱，让{people}来{place}取"),
    "s.network": ("{place}的{device}{part}{flaw}，{fix}后{adv}{adj}", "晚上网速慢，{people}{fix}了{device}", "密码连错{cn}次会被锁，{n}分钟后解开", "验证码发到邮箱了，{time}有效"),
    # service talk
    "ask": (
        "{device}{part}{flaw}，(怎么{fix}|能{fix}吗|要多少钱)", "{time}{money}{price}，{service}(怎么查|对不上|没到)", "{service}(怎么办|要几天|在哪里看|什么时候到)", "(我|{people})想(换|买|退){device}，{service}(怎么算|多少)",
        "{device}用了{cn}(天|年|个月)就{flaw}，{feel}", "{people}说{service}要{fix}，(是吗|对吗|可以吗)", "{device}{time}能(到|装|送|修)吗", "{device}(值得买吗|有货吗|有什么功能|哪个颜色好)", "{people}{time}没来，{service}{feel}",
        "账单上的{price}是{service}吗", "去{city}{service}怎么开，{device}能用吗", "我的{service}(少了|多了|错了)，麻烦{fix}", "{device}{price}(贵不贵|能便宜吗|是按月收吗)", "听{people}说{device}{adv}{adj}，(多少钱|推荐吗)",
    ),
    "answer": (
        "{service}{time}(到|办好|处理完|生效)", "请先{fix}{device}，(不行|还不行)再{fix}", "{service}{n}元，{time}{fix}", "{people}{time}上门{fix}，请{verb}", "{device}(保修|质保){cn}年，{service}免费", "{service}需要{cn}个工作日，请耐心等待",
        "{service}(已经|正在){fix}，{time}有结果", "(可以|能){fix}，{service}按(天|月)折算", "请带{service}到{place}{fix}", "{device}{adv}{adj}，现在{price}", "签收后{cn}天内可以{fix}，{service}另算", "超过{cn}小时没回电，可以{service}",
        "(升级|更新)到{m}.{d}就好了", "电子发票会发到邮箱，{service}只能改{cn}次", "{service}最高抵{price}，老用户{adj}",
    ),
    "need": ("麻烦提供{service}", "请问(怎么称呼|信息方便说吗)", "请核对{service}和{service}", "还需要补充{service}", "请报一下登记信息"),
    "give": ("{service}{time}(发过|填过|交过)了", "(登记|收件)的是{people}", "(打电话|发短信|发邮箱)都行", "{service}在{place}(交的|办的)", "我住{place}附近，{road}那边", "放{place}，(别|不要)放{place}", "(手机|电话|座机|微信|邮箱|银行卡|身份证|护照|车牌)(换了|没变|在{people}那里|登记过)"),
    "more": ("那{time}能{fix}吗", "上次也{flaw}，{feel}", "要另收{price}吗", "有没有{service}", "{time}我不在家", "{device}也{flaw}", "会不会再{flaw}"),
}  # fmt: skip

PROSE = (
    "{s}(，|。){s}。",
    "{s}。{s}。{s}。",
    "{s}，{s}(！|？|。)",
    "{s}。(但是|所以|而且|不过|后来|另外|其实|因此|同时|结果){s}。",
    "(虽然|如果|因为|只要|即使){s}，(但是|就|所以|也){s}。",
    "{s}；{s}；{s}。",
    "问：{s}？答：{s}。",
)
DIALOGUE = (
    "用户：({greet}|){ask}(。|！|，{feel}。|)\n客服：({ack}|){answer}(。|)",
    "用户：({greet}|){ask}\n客服：{ack}{need}\n用户：{give}(。|)\n客服：({ack}|){answer}，{close}",
    "用户：({greet}|){ask}。\n客服：{ack}{answer}。\n用户：{more}\n客服：{answer}(。|，{close}。)",
    "用户：{greet}{ask}，{ask}\n客服：{answer}，{answer}。\n用户：{thanks}(。|)\n客服：{close}",
    "用户：{s}(，|。){ask}\n客服：{ack}{answer}\n用户：{thanks}，{s}",
    "用户：{s}。{ask}。\n客服：{ack}{answer}，{answer}！",
    "用户：{s}，{s}。\n客服：{ack}{s}。",
)
ORDINARY = (
    "用户：({greet}||){wish}(。|！|)\n客服：({ack}|){reply}(。|！|)",
    "用户：({greet}||){wish}，{mention}(。|！|)\n客服：({ack}|){reply}(。|！|)",
    "用户：{mention}，{wish}(。|！|)\n客服：({ack}|){reply}(。|！|)\n用户：({thanks}|{follow})(。|！|)",
    "用户：({greet}||){wish}(。|！|)\n客服：(麻烦报一下登记信息|请核对资料|怎么称呼|请补充联系方式)\n用户：{mention}(，{mention}|)(。|！|)\n客服：({ack}|){reply}(。|！|)",
    "用户：{wish}(。|！|)\n客服：{opening}，{=product}{feature}\n用户：{follow}(。|！|)\n客服：({ack}|){reply}(。|！|)",
    "用户：({greet}||){wish}(。|！|)\n客服：({ack}|){reply}(。|！|)\n用户：{thanks}(。|！|)\n客服：(不客气|应该的|都记好了)，{close}",
)
