"""More public sentences, so that the public corpus covers the ordinary words and symbols that any service uses."""

# ruff: noqa: E501  (word lists and templates: one rule a line reads best)

from __future__ import annotations

from random import Random

from wuming.scenarios.customer_service.grammar import Rule, words


def _code(rng: Random) -> str:
    """Return a short code of four to six digits; never long enough to be anybody's number."""
    return "".join(rng.choice("0123456789") for _ in range(rng.choice((3, 4, 4, 5, 6))))


def _numbers(rng: Random) -> str:
    """Return digits in short groups, as in tables, scores and dimensions."""
    separator = rng.choice((" ", "-", "/", "×", ":", ".", "、", "，", "+", "_"))
    letter = rng.choice(("", "", "", "A", "B", "E", "D", "X", "QL", "SF", "V"))
    groups = [
        "".join(rng.choice("0123456789") for _ in range(rng.choice((1, 2, 3)))) for _ in range(rng.choice((2, 2, 3)))
    ]
    # A separator that a person would not read as part of a number, so that no run of seven digits arises.
    return letter + separator.join(groups)


WIDE_ZH: dict[str, Rule] = {
    "code": _code,
    "numbers": _numbers,
    "quality": words(
        """
        秀丽 嘉美 聪颖 睿智 伟大 坚强 英俊 勇敢 洁净 文静 晶莹 欣喜 梦幻 辉煌 浩大 明媚 平凡 雄健 宁静 敏捷
        娟秀 瑶台般 芳香 艳丽 俊俏 珍贵 蓝色 双色 直的 圆的 该有的 零散 遥远 忙碌 顽皮 慷慨 豪华 崭新 陈旧
        宏伟 朴素 庄严 幽默 沉默 耀眼
        """
    ),
    "wide": words(
        """
        故事 词语 句子 段落 语言 方言 规则 规定 位置 层次 档次 刻度 星光 月光 露珠 巢穴 归途 浪花 栈道 庭院
        鸣笛 歌声 承诺 忧愁 愿望 态度 尾巴 双手 思想 自己 陆地 龙舟 军队 山峰 花蕾 霞光 旭日 湖泊 海洋 波涛
        石磊 铭文 昊天 池塘 汐潮 琪树 琳琅 若干 浮萍 铃声 芳草 燕窝 雁群 沼泽 峡谷 盆地 岛屿 沙漠 草原 森林
        瀑布 银河 流星 火箭 卫星 望远镜 显微镜 温度计 邮票 明信片 行李 护照夹 身份 证件照 银行 柜台 窗口
        号码牌 座机 微信 邮箱 车牌 税号 抬头 姓名栏 地址栏 单元门 楼栋 幢号 房间 门牌 走廊 电梯 楼梯 国家 省份
        市区 县城 乡镇 街道 机构 学会 协会 工厂 农场 矿山 港口 铁路 公路 桥梁 隧道 水库 电站 文明 历法 王朝
        古城 遗址 化石 陶器 青铜 丝绸 瓷器 园林 戏曲 舞台 剧本 幕布 观众 掌声 冠军 奖杯 纪录 新闻 首页 标题
        头条 评论 收藏 粉丝 直播 频道 节目 游戏 关卡 攻略 装备 队友 对手 战术 阵型
        """
    ),
    "s.wide": (
        "凡事{advice}，{wide}与{wide}都{quality}", "给{people}留一{wide}，别迟到", "凭{wide}换{wide}，每人{cn}枚", "第{cn}位{people}达到{cn}档", "{wide}之间隔着{wide}", "{people}跟{people}守着{wide}", "仍有{cn}个{wide}没归位",
        "把{wide}拾起来，放到{wide}的顶上", "够不够{quality}，{people}自己懂", "{people}碰到{quality}的{wide}，{feel}", "{wide}覆盖了{wide}，远远地看很{quality}", "估一估{wide}有多少，再估{wide}", "{people}催{people}交{wide}", "攒了{cn}年的{wide}终于{quality}了",
        "{wide}失败了，承认就好", "谁拿走了{wide}啦，{people}管不管", "从{wide}直达{wide}要一刻钟", "怀着{quality}的{wide}，{people}{verb}", "{quality}的{wide}，{quality}的{wide}", "代码{code}，编号{code}，口令{code}", "数据是{numbers}和{numbers}", "比分{numbers}，房间{code}",
        "验证码{code}，请勿转告{people}", "网址example.com（{code}）", "型号{numbers}，批次{numbers}", "{wide}{numbers}，{wide}{numbers}", "邮箱里有个 @ 符号和下划线 _", "每季度{cn}次，每月{cn}次，首月{price}", "一张{wide}带{cn}张{wide}", "{cn}十{cn}分，{cn}百{cn}十元，零头不算",
        "有空就来，随时欢迎，{close}", "这里是{place}，{people}在听", "收到啦，您好，{wide}在线", "走{wide}还是走{wide}，{people}定", "按日折算，按月结清，差额{price}", "书面答复{cn}日内送达，专人负责", "只改一次，原路返回，免费半价", "封顶{price}，超出不断",
        "满{n}{wide}送{wide}，晚到免单", "老{people}用旧{wide}换新{wide}", "提前解开{wide}的锁，{feel}", "愿{people}今夜{quality}，一路{quality}", "风来了，信也来了，{wide}常在",
    ),
}  # fmt: skip

WIDE_EN: dict[str, Rule] = {
    "code": _code,
    "numbers": _numbers,
    "wide": words(
        """
        quarter person hour minute people customer contract photo version mode flight touch beginning reason
        answer question house part extra topic matter case file badge clinic member company firm owner driver
        office counter window ticket passport email number phone mobile card wavelength dialect customer
        century kingdom desert island forest planet engine wheel bottle kitchen pattern colour shape corner
        border language sentence letter story chapter theatre actor audience prize medal coach referee goal
        score team season league channel programme headline editor comment device model signal wire socket
        bulb mirror carpet curtain drawer shelf basket bucket pencil ruler eraser notebook folder stamp parcel
        cart wagon tunnel canal railway platform carriage pilot sailor soldier tailor baker butcher plumber
        painter miner hunter shepherd
        """
    ),
    "done": (
        "called sent wrote booked cancelled fixed used moved stopped changed signed paid checked joined noted arrived started failed refused charged earned carried switched topped_up given taken told asked shown kept held made said found lost left"
    ).replace("_", " ").split(" "),
    "extra": words(
        """
        each many far away well best even where here late early enough would could should cannot may might
        must into onto by of off under over near about above below before after during until unless since
        without within against between together apart again already almost another other same such own both
        either neither only just yet ever once twice
        """
    ),
    "s.wide": (
        "{who} {done} the {wide} and the {wide} was {done}", "the {wide} is {extra} the {wide}", "{extra} {wide}s {done} {extra} {time}", "where is the {wide} and who {done} it", "each {wide} carries {cn} {wide}s", "a {wide} named after a {animal} is {extra} the {place}",
        "would the {wide} fit {extra} the {wide}", "it was {done} {extra} and {done} {extra}", "here is the {wide}, there is the {wide}", "the blue {wide} earns {cn} {wide}s a day", "code {code}, room {code}, gate {code}", "the figures are {numbers} and {numbers}", "score {numbers}, row {code}",
        "your one time code is {code}", "see example.com and example.org, page {code}", "model {numbers}, batch {numbers}", "thank you for the note, {who} {done} it", "{cn} hundred and {cn} {wide}s stay free", "sixty or eighty {wide}s arrive late", "you may come by in three days, unless {who} {done} it",
        "be well and stay warm", "the {wide} lights the {place} tonight", "let {them} know where the {wide} is", "the main {wide} stops, the side {wide} starts", "it can change once and comes back as a {wide}", "who pays for the {wide} in the {nth} year", "give the {wide} to {them}, not to {them}", "{who} works at home all day",
        "{done}, {done} and {done}: that is how the {wide} was {done}", "my {wide} has moved abroad, my {wide} has not",
    ),
}  # fmt: skip
