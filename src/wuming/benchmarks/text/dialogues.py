"""Dialogues of about a kilobyte, Chinese and English in turn, with as many identifiers as are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from wuming.benchmarks.text.documents import place
from wuming.benchmarks.text.sources import STANDARDS
from wuming.benchmarks.text.values import drawn

KILOBYTE = 1000

# What customers and agents write most: the mix of a service desk, not every type there is.
_USUAL = (
    ("PHONE", "mainland mobile"),
    ("PHONE", "mainland mobile"),
    ("PHONE", "mainland landline"),
    ("PHONE", "North America"),
    ("EMAIL", "dots, signs, plus"),
    ("CN_RESIDENT_ID", "18 characters"),
    ("BANK_CARD", "UnionPay"),
    ("CREDIT_CARD", "four brands"),
    ("CN_PLATE", "common"),
    ("WECHAT", "own name"),
    ("QQ", "digits"),
    ("US_SSN", "dashes"),
    ("IP_ADDRESS", "version 4"),
    ("IBAN", "six countries"),
    ("CN_USCC", "all departments"),
)

_ITEMS = {
    "zh": (
        "蓝牙耳机",
        "空气炸锅",
        "羽绒服",
        "猫粮",
        "行李箱",
        "机械键盘",
        "电饭煲",
        "台灯",
        "保温杯",
        "投影仪",
        "跑鞋",
        "婴儿车",
    ),
    "en": (
        "headphones",
        "air fryer",
        "down jacket",
        "cat food",
        "suitcase",
        "keyboard",
        "rice cooker",
        "desk lamp",
        "thermos",
        "projector",
        "running shoes",
        "stroller",
    ),
}
_DAYS = {
    "zh": ("今天", "昨天", "周三", "上周五", "明天", "月底", "5月18日", "下个月"),
    "en": ("today", "yesterday", "on Wednesday", "last Friday", "tomorrow", "by the end of the month", "on May 18"),
}
_TURNS = {
    "zh": (
        "您好，我{day}买的{item}还没有发货，请问是什么情况？",
        "请稍等，我帮您查一下{item}的库存。",
        "这个{item}有{n}种颜色可以选，您喜欢哪一种？",
        "价格是{price}元，{day}下单可以减{n}元。",
        "收到的{item}外壳有划痕，想换一个新的。",
        "非常抱歉给您带来不便，我们马上为您处理。",
        "大概需要{n}个工作日，届时会有短信提醒。",
        "好的，那我{day}再来问问进度。",
        "麻烦拍几张照片上传到售后页面，谢谢。",
        "我已经试过重启了，还是没有反应。",
        "充电{n}个小时只能用一会儿，电池是不是有问题？",
        "您这边方便的话，可以选择上门取件。",
        "退款会原路返回，一般{n}天左右到账。",
        "活动{day}就结束了，抓紧时间哦。",
        "说明书里没有写怎么清洗，能发一份给我吗？",
        "尺码偏大，建议您选小一号。",
        "优惠券不能和满减一起用，请您理解。",
        "我们家孩子特别喜欢这个{item}，准备再买{n}个送人。",
        "包装很用心，就是物流慢了一点。",
        "请问{item}支持几年保修？",
        "整机保修{n}年，配件保修一年。",
        "这款有现货，{day}可以发出。",
        "麻烦帮我把颜色改成深灰色。",
        "系统升级期间可能会有延迟，请耐心等待。",
        "我不太会操作，能不能一步一步教我？",
        "先点右上角的设置，再选择网络。",
        "您反馈的问题已经记录，技术同事会跟进。",
        "噪音有点大，晚上用会影响休息。",
        "一共{n}件，合计{price}元，对吗？",
        "对的，没有问题了，谢谢你的耐心。",
        "不客气，祝您生活愉快！",
        "那就先这样，有事我再联系你们。",
    ),
    "en": (
        "Hi, the {item} I bought {day} has not shipped yet, what is going on?",
        "Let me check the stock of the {item} for you.",
        "There are {n} colours of this {item}, which one do you like?",
        "It costs {price} dollars, with {n} off if you order {day}.",
        "The case of the {item} came with scratches and I would like a new one.",
        "We are very sorry for the trouble.",
        "It takes about {n} working days, and you will get a notice.",
        "All right, then I will ask again {day}.",
        "Please upload a few pictures on the returns page, thanks.",
        "I have restarted it already and nothing happens.",
        "After charging for {n} hours it lasts a few minutes, is the battery broken?",
        "We can pick it up at the door if you like.",
        "The refund goes back the way it came, usually within {n} days.",
        "The sale ends {day}, so do not wait too long.",
        "The manual does not say how to clean it, could you send one?",
        "It runs large, so take one size smaller.",
        "Coupons cannot be combined with the discount, please understand.",
        "My kids love this {item}, I may get {n} more as gifts.",
        "Nicely packed, though the delivery was a bit slow.",
        "How long is the warranty of the {item}?",
        "{n} years for the device and one year for the parts.",
        "This one is in stock and can leave {day}.",
        "Could you change the colour to dark grey for me?",
        "During the upgrade there may be some delay, please be patient.",
        "I am not good at this, could you walk me through it?",
        "First open the settings in the upper right, then choose network.",
        "Your report is noted and a colleague will follow up.",
        "It is rather loud and keeps us awake at night.",
        "That makes {n} items and {price} dollars in all, right?",
        "Right, no more questions, thanks for your patience.",
        "You are welcome, have a nice day!",
        "That is it for now, I will be in touch if anything comes up.",
    ),
}
_SPEAKERS = {"zh": ("客户：", "客服："), "en": ("Customer: ", "Agent: ")}


def dialogues(seed: int, size: int, *, per_kilobyte: float) -> list[str]:
    """Return dialogues of about a kilobyte of UTF-8 each.

    Args:
        seed: of all that is random.
        size: bytes of UTF-8 in all, at least.
        per_kilobyte: identifiers a kilobyte, on average.
    """
    rng = Random(seed)  # noqa: S311  (reproducible test data)
    made: list[str] = []
    total = 0
    while total < size:
        made.append(_dialogue(rng, ("zh", "en")[len(made) % 2], per_kilobyte))
        total += len(made[-1].encode())
    return made


def filler(rng: Random, language: str) -> str:
    """Return one turn without identifiers."""
    return rng.choice(_TURNS[language]).format(
        day=rng.choice(_DAYS[language]),
        item=rng.choice(_ITEMS[language]),
        n=rng.randrange(2, 10),
        price=f"{rng.uniform(5, 900):.2f}",
    )


def _dialogue(rng: Random, language: str, per_kilobyte: float) -> str:
    forms = {(form.kind, form.name): form for form in STANDARDS}
    wanted = int(per_kilobyte) + (rng.random() < per_kilobyte % 1)
    turns = []
    for _ in range(wanted):
        value = drawn(forms[rng.choice(_USUAL)], rng)
        document = place(value, rng, languages=(language,))
        assert document is not None
        turns.append(document.text)
    while _length(turns) < KILOBYTE * 0.95:
        turns.insert(rng.randrange(len(turns) + 1), filler(rng, language))
    return "\n".join(f"{_SPEAKERS[language][number % 2]}{turn}" for number, turn in enumerate(turns))


def _length(turns: Sequence[str]) -> int:
    return sum(len(turn.encode()) + 9 for turn in turns)  # nine: who speaks, and the end of the line
