"""Chinese dialogues: what only the private corpus knows, the intents, and the ways in which people name themselves."""

# ruff: noqa: E501  (word lists and templates: one rule a line reads best)

from __future__ import annotations

from random import Random

from wuming.scenarios.customer_service.grammar import Rule
from wuming.scenarios.customer_service.intents import Intent, number

PRODUCTS = (
    "云雀路由", "星澜宽带", "晨露手环", "飞萤充电宝", "青禾流量包", "漫步云盘", "鲸语耳机", "鹿鸣音箱", "极昼套餐", "拾光相机",
    "归巢门锁", "小满家庭卡", "逐浪漫游包", "知夏温控器",
)  # fmt: skip
"""New products that no public document names."""

POLICIES = {
    "return": "签收后第九天仍可无忧退，运费由青鸾承担",
    "refund": "退款走蓝桥通道，三个工作日原路返回",
    "warranty": "凡青鸾自有品一律保两年，第三年半价修",
    "plan": "每季可换一次档位，当月差额按日折算成青豆",
    "lock": "连错五次锁二十七分钟，凭守护词可提前解开",
    "roaming": "落地先收欢迎短信，满六十元自动封顶不断网",
    "invoice": "电子发票七十二小时内送达，抬头只改一次",
    "install": "师傅迟到一刻钟，当次上门费全免",
    "complaint": "投诉必有专人一小时回电，三日内给书面答复",
    "delivery": "晚到一天补十枚青豆，晚到三天免单",
    "upgrade": "老用户凭旧换新，最高抵四百八十元",
    "family": "一张主卡带四张副卡，副卡之间通话不计费",
}
"""Exact wording of the company's new rules."""

PRIVATE_WORDS = (
    *PRODUCTS,
    *POLICIES.values(),
    "青鸾",
    "小鸾",
    "青豆",
    "满格",
    "蓝桥",
    "守护词",
    "漫步",
    "逐浪",
    "小满",
)
"""Words that no public document may hold."""

MENTIONS = (
    "(手机|电话)(换了|没变|打得通)", "我叫什么登记里有", "(地址|住址)(还是|改到)(老地方|单位|新家)", "身份证(带了|拍照发了)", "(银行卡|卡号|信用卡)(登记过|换了一张)", "邮箱(收得到|填过)", "微信(加过了|没加)",
    "QQ不常用", "税号(在合同里|开过票)", "车牌(换成新的|没变)", "护照(快到期|换发了)", "家里座机(白天有人|坏了)", "(送到|寄到)老地方，(别放门口|放前台)", "{friend}说(还没收到|他那边正常|急着用)", "让{friend}去拿(行吗|可以吧)",
    "(退到|打到)原来的卡", "(打|拨)登记的号(就行|找我)", "设备显示没网", "IP变了", "户主没变",
)  # fmt: skip
"""Public talk about personal items that says none of them."""

_OPENINGS = ("青鸾小栈为您点灯", "您好，青鸾在线", "青鸾小栈收到啦", "这里是青鸾值班台", "您好，小鸾在听")
_CLOSINGS = ("愿您今夜信号满格", "青鸾与您一路同频", "有风有信，青鸾常在", "小鸾随叫随到", "祝您天天满格")

INTENTS: tuple[Intent, ...] = (
    Intent(
        "delivery",
        ("{order}，{when}就(发货|出库)了，(怎么|为什么)(还没|一直没)(送到|派送)", "我(买|订)的{=product}(到哪了|卡在中转站了)，{urge}", "{courier}说送到了，可是{place}没有",
         "快递改到{when2}再送(行不行|可以吗)"),
        ("包裹(目前|现在)在{place2}，(预计|大概){when2}(到|送达)。按新规，{p.delivery}", "(已经|刚)催{courier}了，{p.delivery}"),
        ("address", "name", "mobile"),
    ),
    Intent(
        "refund",
        ("{=product}(退了|寄回去){days}了，{amount}(还没到账|一直没退)", "上次多扣的{amount}(什么时候|哪天)能退", "{when}取消的订单，退款(去哪了|怎么查)", "不想要{=product}了，{amount}能(全退|退回来)吗"),
        ("(查到了|看到了)，{amount}(已经|正在)处理，{p.refund}", "{p.refund}，(请耐心等待|您留意短信)"),
        ("bank_card", "name", "bank_card", "credit_card"),
    ),
    Intent(
        "return",
        ("{=product}{flaw}，(想退货|能退吗|要退掉)", "(收到的|买来的){=product}(颜色|尺寸|型号)不对，怎么退", "{=product}用了{days}{feel}，还能退(吗|不)"),
        ("(可以的|没问题)，{p.return}", "{p.return}，(我帮您下单取件|{courier}{when2}上门取)"),
        ("address", "mobile", "name"),
    ),
    Intent(
        "billing",
        ("这个月(话费|账单)怎么(多了|变成){amount}", "{when}扣了{amount}，(我没用过|不知道是什么钱)", "{=product}的{amount}是(按月|一次性)收吗", "账单上那笔{amount}(对不上|有问题)"),
        ("那是{=product}的(月租|首月费用)，{p.plan}", "核对过了，(多收|重复扣)的{amount}(今天|{when2})退回，{p.refund}"),
        ("mobile", "name", "bank_card", "email"),
    ),
    Intent(
        "plan_change",
        ("想(换成|改成){=product}，(要补钱吗|什么时候生效)", "现在的套餐(流量|通话)(不够用|太多了)，换{=product}(合适吗|划算吗)", "{=product}能不能(降一档|退回旧套餐)"),
        ("(可以换|能改)，{p.plan}", "{=product}{when2}生效，{p.plan}"),
        ("mobile", "name", "resident_id"),
    ),
    Intent(
        "new_product",
        ("{=product}(有什么功能|值得买吗|跟旧款比怎么样)", "听{friend}说{=product}{praise}，(多少钱|有货吗)", "{=product}{when2}(有活动|打折)吗", "我想给{friend}买个{=product}，(推荐哪个颜色|好上手吗)"),
        ("{=product}{feature}，(现在|这周){amount}", "{=product}{feature}，{p.upgrade}"),
        ("wechat", "name", "address"),
    ),
    Intent(
        "warranty",
        ("{=product}{flaw}，(还在保修期吗|保修多久)", "{=product}买了{days}就{flaw}，(能换新吗|怎么修)", "{=product}(进水|摔了)一次，(保修管吗|修要多少钱)"),
        ("(在保的|还在期内)，{p.warranty}", "{p.warranty}，(把机器寄到{place2}就行|{when2}可以送修)"),
        ("name", "mobile", "address"),
    ),
    Intent(
        "complaint",
        ("(我要投诉|投诉)：{courier}(态度很差|把箱子摔坏了)", "{worker}{when}(没来|态度不好)，(必须给说法|我要投诉)", "打了三次电话都(没人管|说会回)，{feel}"),
        ("(非常抱歉|实在对不起)，{p.complaint}", "(记下了|已登记)，{p.complaint}"),
        ("name", "mobile", "landline"),
    ),
    Intent(
        "installation",
        ("{=product}(什么时候|哪天)能(来装|上门装)", "约了{when}装{=product}，{worker}(还没来|联系不上)", "{=product}自己装(不上|总失败)，{urge}"),
        ("(给您约|安排){when2}上门，{p.install}", "{worker}{when2}到，{p.install}"),
        ("address", "address", "name", "mobile"),
    ),
    Intent(
        "account_lock",
        ("账号(被锁了|登不上)，(密码没错|验证码也收不到)", "换了手机(登录|登陆)就(提示异常|被锁)，{urge}", "{=product}(账号|帐号)显示(停用|冻结)"),
        ("(帮您看了|查过了)，{p.lock}", "{p.lock}，(请再试一次|过会儿重新登录)"),
        ("resident_id", "email", "ip", "mobile"),
    ),
    Intent(
        "invoice",
        ("{amount}的发票(怎么开|还没收到)", "发票(抬头|税号)写错了，(能改吗|要重开)", "{order}要(开专票|公司抬头的发票)"),
        ("(已经开好|马上开)，{p.invoice}", "{p.invoice}，(请留意邮箱|别写错了)"),
        ("uscc", "email", "email", "uscc"),
    ),
    Intent(
        "roaming",
        ("{when2}去{abroad}，(怎么开漫游|要买什么包)", "人在{abroad}，{=product}(没信号|上不了网)", "{abroad}用{=product}(一天多少钱|会不会很贵)"),
        ("(建议开|推荐)逐浪漫游包，{p.roaming}", "{p.roaming}，(重启手机即可|到了就能用)"),
        ("passport", "mobile", "name"),
    ),
    Intent(
        "network",
        ("{=product}(一到晚上|这两天)(特别慢|老掉线)", "{room}(没有信号|网很卡)，{=product}重启也不行", "{=product}(红灯亮|指示灯不亮)，{urge}", "玩游戏延迟高，{=product}版本是{version}"),
        ("(先把|请把){=product}(断电|恢复出厂)再试，(不行就{worker}上门|升级到{version})，{p.install}", "远程(检测|看了)是线路问题，{when2}修好，{p.complaint}"),
        ("ip", "address", "landline"),
    ),
    Intent(
        "family_card",
        ("小满家庭卡(怎么加人|能加几个人)", "给{friend}办副卡(要什么材料|收费吗)", "副卡(可以|能)(单独停机|换主卡)吗"),
        ("{p.family}，(要加谁|带证件去门店)", "(可以|能办)，{p.family}"),
        ("resident_id", "name", "mobile"),
    ),
    Intent(
        "real_name",
        ("实名认证(一直失败|提示信息不符)", "(号码|手机卡)要(过户|改名)给{friend}，(怎么弄|要带什么)", "身份核验(过不去|老是转圈)"),
        ("(资料|照片)(重新提交|收到)了，{when2}(审完|有结果)，{p.complaint}", "(过户|核验)请到{place2}，{p.family}"),
        ("resident_id", "resident_id", "name", "passport"),
    ),
    Intent(
        "top_up",
        ("充了{amount}(没到账|充错号码了)", "{when}自动充值(失败|扣了两次)", "能用(信用卡|青豆)(充话费|抵{amount})吗"),
        ("(到账|退回)需要(一小时|半天)，{p.refund}", "(可以抵|支持)，{p.plan}"),
        ("mobile", "bank_card", "credit_card"),
    ),
    Intent(
        "cancel",
        ("{=product}(不用了|想注销)，(怎么退订|要违约金吗)", "要(搬家|出国)了，(宽带|号码)想(停机|销户)", "(每个月扣|自动续费)的{amount}给我关掉"),
        ("(帮您关了|已退订)，{p.plan}", "(停机|销户)没有违约金，{p.refund}"),
        ("mobile", "name", "resident_id"),
    ),
    Intent(
        "move",
        ("(下周|月底)搬到(城南|新小区)，{=product}(能移机吗|怎么迁)", "移机(要几天|收多少钱)，{urge}"),
        ("移机(免费|收{amount})，{when2}上门，{p.install}", "(新地址|那边)有覆盖，{p.install}"),
        ("address", "address", "name", "landline"),
    ),
    Intent(
        "car_service",
        ("车载{=product}(绑不上|连不上)车", "停车场(识别|抬杆)用的车牌(换了|没更新)", "{=product}导航(老偏|没声音)，刚换了车"),
        ("(重新绑定|更新)后{when2}生效，{p.upgrade}", "(登记好了|已改)，{p.warranty}"),
        ("plate", "plate", "name"),
    ),
    Intent(
        "points",
        ("我的青豆(怎么少了|要过期了)", "青豆能换{=product}(吗|不)", "攒了{count}枚青豆，(换什么好|能折现吗)"),
        ("青豆(年底清零|不过期)，{p.upgrade}", "(够换|差一点)，{p.upgrade}"),
        ("mobile", "wechat", "qq"),
    ),
    Intent(
        "app_problem",
        ("{app}{version}一打开就(闪退|白屏)", "{app}收不到(验证码|通知)，{urge}", "{app}里{=product}(不显示|点不动)"),
        ("(更新到|换成){version}就好了，{p.lock}", "(清一下缓存|重装一次)，还不行{p.complaint}"),
        ("qq", "wechat", "email", "ip"),
    ),
    Intent(
        "spare_part",
        ("{=product}的(充电线|表带|电池|遥控器)(坏了|丢了)，(能单买吗|多少钱)", "{=product}配件(发错了|少了一个)"),
        ("配件{amount}，{when2}寄出，{p.delivery}", "(补寄|重发)给您，{p.delivery}"),
        ("address", "name", "mobile"),
    ),
    Intent(
        "business",
        ("公司要(订|采购){count}台{=product}，(有折扣吗|怎么签合同)", "企业(宽带|专线)(报价多少|几天开通)"),
        ("(企业价|批量){amount}一台，{p.invoice}", "(经理|专员){when2}联系，{p.complaint}"),
        ("uscc", "landline", "email", "name"),
    ),
    Intent(
        "trade_in",
        ("旧(手机|手环|路由)能换{=product}(吗|不)，(抵多少|怎么估价)", "以旧换新{when}(寄走|交了)，{amount}没抵"),
        ("(估价|抵扣){amount}，{p.upgrade}", "(能换|可以)，{p.upgrade}"),
        ("name", "address", "mobile"),
    ),
    Intent(
        "accessibility",
        ("{friend}(听力|视力)不太好，{=product}(有大字版|有字幕)吗", "(腿脚不便|在住院)，能不能(上门办|电话办)"),
        ("(可以上门|有关怀模式)，{p.install}", "(有的|支持)，{p.family}"),
        ("name", "address", "landline"),
    ),
    Intent(
        "subscription",
        ("漫步云盘(空间|会员)(满了|到期了)，(怎么扩容|照片会丢吗)", "云盘里的{thing}(不见了|打不开)"),
        ("(回收站|历史版本)里能找回，{p.lock}", "(扩容|续费){amount}，{p.plan}"),
        ("email", "email", "wechat", "qq"),
    ),
)  # fmt: skip

IDENTITY: dict[str, tuple[str, ...]] = {
    "name": ("我叫<name>", "我是<name>", "姓名<name>", "登记的是<name>", "机主<name>", "收件人写的<name>", "户主是<name>", "<name>本人"),
    "kin": (
        "<kin>说(还没收到|他那边正常|急着用)", "(昨天|上次)是<kin>签的字", "让<kin>去拿(行吗|可以吧)", "(钱|费用)是<kin>付的", "<kin>(在家|白天有空)", "这台给<kin>用",
        "跟<kin>一起办的", "<name>和<kin>共用",
    ),
    "mobile": ("(手机|电话)(是|)<mobile>", "(打|拨)<mobile>(就行|找我)", "号码<mobile>", "(回电|联系)<mobile>", "<mobile>这个号", "尾号不用报了，<mobile>"),
    "landline": ("家里座机<landline>", "(白天|上班)打<landline>", "固话<landline>"),
    "address": ("(地址|住址)(是|)<address>", "我(住|住在)<address>", "(送到|寄到)<address>", "<address>，(别放门口|放前台)", "还是<address>(那边|)"),
    "resident_id": ("身份证<resident_id>", "证件号(是|)<resident_id>", "身份证号<resident_id>", "<resident_id>，(核对一下|您查查)"),
    "bank_card": ("(银行卡|卡号)(是|)<bank_card>", "(退到|打到)<bank_card>", "工资卡<bank_card>", "<bank_card>这张卡"),
    "credit_card": ("信用卡<credit_card>", "(刷的|用的)是<credit_card>", "外币卡<credit_card>"),
    "email": ("邮箱<email>", "(发到|寄到)<email>", "账号是<email>", "<email>收得到"),
    "wechat": ("微信<wechat>", "微信号是<wechat>", "加我微信<wechat>", "vx：<wechat>"),
    "qq": ("QQ<qq>", "我QQ是<qq>", "扣扣<qq>", "QQ号<qq>"),
    "ip": ("(后台|设备)显示<ip>", "IP是<ip>", "(登录|上网)地址<ip>"),
    "uscc": ("税号<uscc>", "(公司|单位)信用代码<uscc>", "<uscc>，(开专票|开普票)"),
    "plate": ("车牌<plate>", "(车是|换成了)<plate>", "<plate>这辆"),
    "passport": ("护照<passport>", "护照号(是|)<passport>", "<passport>，(是护照|因私的)"),
    "iban": ("海外账户<iban>",),
    "ssn": ("SSN <ssn>",),
}  # fmt: skip
"""How the user mentions each item."""

READBACK: dict[str, tuple[str, ...]] = {
    "name": ("<name>您好，", "(好的|收到)<name>，", "跟<name>确认，"),
    "kin": ("会通知<kin>，", "(已和|先联系)<kin>(说好|)，"),
    "mobile": ("稍后回<mobile>，", "短信发<mobile>，"),
    "address": ("(送|寄)到<address>，",),
    "email": ("已发<email>，",),
}  # fmt: skip
"""How the agent repeats it."""


def order_number(rng: Random) -> str:
    """Return an order or tracking number: a decoy, not personal data."""
    return rng.choice(("QL", "订单", "单号", "运单SF", "QL-")) + number(rng, rng.choice((6, 8, 8, 10)))


def amount(rng: Random) -> str:
    """Return an amount of money: a decoy."""
    value = rng.choice((9, 19, 29, 39, 58, 68, 88, 99, 128, 158, 199, 238, 299, 399, 480, 599, 899, 1299))
    return rng.choice((f"{value}元", f"{value}块", f"{value}块钱", f"¥{value}", f"{value}.{rng.randrange(10, 99)}元"))


def when(rng: Random) -> str:
    """Return a past day."""
    words = ("昨天", "前天", "上周", "周一", "周三", "上个月", "月初", "早上", "中午", "昨晚")
    if rng.random() < 0.7:
        return rng.choice(words)
    return f"{rng.randrange(1, 13)}月{rng.randrange(1, 29)}{rng.choice('日号')}"


def version(rng: Random) -> str:
    """Return a version: a decoy (rarely with four numbers, like an IP address)."""
    head = f"{rng.randrange(1, 9)}.{rng.randrange(0, 20)}.{rng.randrange(0, 9)}"
    return head + (f".{rng.randrange(0, 9)}" if rng.random() < 0.05 else "")


def _public_order(rng: Random) -> str:
    return rng.choice(("订单", "单号", "运单")) + number(rng, rng.choice((4, 5, 6)))


PUBLIC_ORDER: Rule = _public_order

RULES: dict[str, Rule] = {
    "product": PRODUCTS,
    "order": order_number,
    "amount": amount,
    "when": when,
    "version": version,
    "count": lambda rng: str(rng.choice((2, 3, 5, 8, 12, 20, 30, 50, 66, 120, 300))),
    "when2": ("明天", "后天", "今晚", "下周", "周五", "月底", "两天内", "下午三点", "明早", "周末", "下个月"),
    "days": ("三天", "五天", "一周", "半个月", "十来天", "两天", "一个多月"),
    "place": ("驿站", "门口", "快递柜", "前台", "信箱", "物业"),
    "place2": ("城东仓库", "营业厅", "转运中心", "服务点", "本地网点", "总店", "北门驿站"),
    "courier": ("快递员", "骑手", "送货的", "配送师傅"),
    "worker": ("安装师傅", "工程师", "维修师傅", "客户经理"),
    "friend": ("老人", "孩子", "同事", "邻居", "我妈", "我爸", "室友", "爱人", "亲戚"),
    "urge": ("麻烦快点", "我很着急", "帮忙看看", "怎么办", "急用", "能处理吗", "请尽快"),
    "flaw": ("充不进电", "屏幕碎了", "有杂音", "总是断连", "发烫", "按键失灵", "外壳裂了", "连不上网", "没声音", "开不了机"),
    "feel": ("很失望", "不习惯", "太气人了", "真受不了", "感觉一般", "不太满意", "越用越慢"),
    "praise": ("很好用", "省电", "音质好", "信号强", "挺便宜", "颜值高"),
    "feature": ("续航十八天", "支持一碰即连", "带夜航模式", "能听懂方言", "自带双频信号", "防水还防摔", "每月送青豆"),
    "abroad": ("日本", "泰国", "新加坡", "法国", "英国", "韩国", "美国", "越南", "澳洲"),
    "room": ("卧室", "书房", "客厅", "阳台", "地下室", "厨房"),
    "app": ("掌上青鸾", "手机客户端", "小程序", "网页版", "平板端"),
    "thing": ("照片", "合同", "录音", "视频", "作业", "表格", "备份"),
    "greet": ("你好，", "您好，", "喂，", "请问", "在吗，", "麻烦问下，", "客服，", "想咨询一下，", "急，", "早上好，"),
    "ack": ("(好的|收到|明白)，", "(别急|别担心)，", "(稍等|请稍等)，", "(马上|这就)查，", "(理解|抱歉)，"),
    "ask": ("{ack}(麻烦|请)(报一下|提供|核对)(登记信息|资料|联系方式)", "{ack}(怎么称呼|信息方便说吗)", "{opening}，(请补充|还需要)(资料|信息)"),
    "opening": _OPENINGS,
    "closing": _CLOSINGS,
    "follow": (
        "(那|)(大概|到底)要(多久|等几天)", "(这次|以后)不会再(错|坏)吧", "(好吧|行吧)，(那就这样|我等着)", "(有没有|能不能给)(优惠|补偿)", "(上次|之前)也是这样说的",
        "{when2}(我不在家|才有空)", "{=product}(也|还)有这个问题", "(是不是|会不会)要(另收|加){amount}", "我(用了|买)(两年|三年)了，{feel}", "(可以|能)(电话|短信)通知吗",
    ),
    "thanks": ("(好的|行|嗯)，(谢谢|多谢|辛苦了)", "(明白了|知道了)，(谢谢|等你消息)", "(太好了|可以)，就这样", "那我{when2}再(问|看看)", "(谢谢|麻烦你了)"),
    "bye": ("(不客气|应该的)，{closing}", "{closing}", "(有事|随时)再找我，{closing}", "(已备注|都记好了)，{closing}"),
    **{f"p.{name}": (wording,) for name, wording in POLICIES.items()},
}  # fmt: skip

USER, AGENT = "用户：", "客服："
COMMA, STOP = "，", ("。", "。", "", "！")
