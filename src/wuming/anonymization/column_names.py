"""What the name of a column says about its role: English words, whole; Chinese words, wherever they stand.

A name is weak evidence (`name` may be a product's), so it is only ever one reason of a proposal. Words that name people
only together with others (`id`, `name`, `number`) are told apart from those that always do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Role = Literal["direct", "quasi_identifier", "sensitive", "insensitive"]


@dataclass(frozen=True)
class Named:
    """What a name says.

    Attributes:
        role: the role that the word stands for.
        word: the word.
        person: the word stands for a person's number or name (`customer id`), so the column may be the subject.
        sure: False where the word also names other things (`id`, `name`): then what the column holds decides.
    """

    role: Role
    word: str
    person: bool = False
    sure: bool = True


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


_PEOPLE: Final = _words(
    "user|users|customer|client|member|patient|person|people|employee|staff|student|subject|respondent|"
    "participant|borrower|holder|owner|driver|buyer|contact|guest|guardian|spouse|father|mother|cust|emp"
)

_DIRECT: Final = _words(
    "full name|first name|last name|middle name|given name|family name|maiden name|real name|nick name|"
    "nickname|surname|forename|firstname|lastname|fullname|realname|username|login|email|e mail|mail address|"
    "phone|telephone|mobile|cellphone|cell|tel|fax|address|street|house number|ssn|social security|passport|"
    "national id|id card|id number|identity card|identity number|driver license|driving licence|license plate|"
    "number plate|plate|vin|imei|imsi|mac address|ip|ip address|iban|bank account|account number|card number|"
    "credit card|bank card|wechat|weixin|qq|weibo|openid|open id|unionid|union id|device id|cookie|cookie id|"
    "advertising id|idfa|oaid|gaid|fingerprint|photo|avatar|signature|medical record number|mrn|nhs number|"
    "insurance number|tax id|tin|url|homepage"
)
_PERSON_WORDS: Final = frozenset(
    {"ssn", "national id", "id card", "id number", "identity card", "identity number", "mrn", "medical record number"}
)
_UNSURE: Final = _words("name|id|uid|uuid|guid|key|no|nr|number|num|account|acct|record|code|index|row|serial|rowid")

_QUASI: Final = _words(
    "age|birth|birthday|birthdate|dob|date of birth|year of birth|birth year|born|sex|gender|race|ethnicity|"
    "ethnic|ethnic group|nationality|citizenship|country|native country|birthplace|place of birth|city|town|"
    "province|state|county|district|region|area|zip|zipcode|zip code|postcode|post code|postal code|postal|plz|"
    "location|latitude|longitude|lat|lon|lng|marital|marital status|marriage|relationship|household size|"
    "children|education|degree|school|university|major|occupation|job|job title|profession|employer|company|"
    "workclass|industry|department|language|height|weight|household|admission date|discharge date|visit date"
)

_SENSITIVE: Final = _words(
    "disease|illness|health|health flag|health status|diagnosis|diagnoses|diagnostic|icd|icd code|condition|disorder|"
    "symptom|symptoms|"
    "medication|drug|drugs|treatment|therapy|surgery|procedure|allergy|hiv|blood type|blood group|disability|"
    "pregnancy|genetic|income|salary|salary class|wage|wages|pay|earnings|balance|savings|deposit|debt|loan|"
    "loan amount|credit|credit score|credit limit|score|rating|amount|spending|spend|consumption|purchase|"
    "purchases|order amount|religion|faith|belief|politics|political|party|union|sexual orientation|"
    "orientation|crime|criminal|conviction|offence|offense|biometric|default|overdue|risk level|complaint|"
    "grade|marks|class|target|label|outcome|result"
)

_CHINESE: Final[tuple[tuple[Role, str], ...]] = (
    (
        "direct",
        "姓名 名字 真实姓名 昵称 用户名 账户名 户名 联系人 收件人 收货人 身份证 证件号 证件号码 护照 手机 手机号 电话 "
        "联系方式 座机 传真 邮箱 电子邮件 邮件 地址 住址 住所 门牌 银行卡 卡号 账号 帐号 社保号 社会保障号 医保号 "
        "病历号 住院号 门诊号 学号 工号 员工号 车牌 车架号 驾驶证 微信 微博 设备号 签名 照片 指纹 人脸",
    ),
    (
        "quasi_identifier",
        "年龄 出生 出生日期 出生年月 生日 性别 民族 国籍 籍贯 户籍 城市 省份 省 市 区县 地区 地域 区域 县 街道 邮编 "
        "邮政编码 区划 婚姻 婚姻状况 学历 教育 文化程度 学校 毕业院校 专业 职业 岗位 职务 职称 单位 工作单位 公司 行业 "
        "部门 身高 体重 家庭人数 子女 经度 纬度 入院日期 出院日期 就诊日期",
    ),
    (
        "sensitive",
        "疾病 病种 病名 诊断 症状 病史 用药 药品 药物 治疗 手术 过敏 血型 残疾 怀孕 基因 收入 工资 薪资 薪酬 年薪 月薪 "
        "余额 存款 资产 负债 贷款 欠款 信用 信用分 评分 额度 金额 消费 消费额 交易额 宗教 信仰 政治面貌 党派 "
        "性取向 犯罪 违法 逾期 投诉 成绩 分数",
    ),
)  # fmt: skip
_CHINESE_PERSON: Final = _words("身份证|证件号|病历号|学号|工号|员工号|社保号|住院号|门诊号|医保号")
_CHINESE_PEOPLE: Final = _words("用户|客户|会员|患者|病人|员工|学生|人员|个人")
_CHINESE_UNSURE: Final = _words("编号|序号|流水号|标识|代码|号码|名称")
_NOT_OF_PEOPLE: Final = _words("公司|企业|产品|商品|店铺|门店|订单|科室|医院|学校|银行|城市|地区|项目")

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[a-z]+")


def read_name(name: str) -> Named | None:
    """Read the name of a column; None where it says nothing.

    The longest word decides, direct identifiers before sensitive columns before quasi-identifiers where two are equally
    long. `customerId`, `customer_id` and `CUSTOMER ID` read the same.
    """
    found = [*_english(name), *_chinese(name)]
    if not found:
        return None
    order: dict[Role, int] = {"direct": 0, "sensitive": 1, "quasi_identifier": 2, "insensitive": 3}
    return min(found, key=lambda one: (not one.sure, -len(one.word), order[one.role], one.word))


def _english(name: str) -> list[Named]:
    parts = [part.lower() for part in _PARTS.findall(name)]
    text = f" {' '.join(parts)} "
    found = []
    for role, words in (("direct", _DIRECT), ("quasi_identifier", _QUASI), ("sensitive", _SENSITIVE)):
        found += [Named(role, word, word in _PERSON_WORDS) for word in words if f" {word} " in text]  # type: ignore[arg-type]
    unsure = [word for word in _UNSURE if f" {word} " in text]
    if unsure and not found:
        person = any(part in _PEOPLE for part in parts)
        found = [Named("direct", " ".join(parts) if person else unsure[0], person, sure=person)]
    if not found and parts and all(part in _PEOPLE for part in parts):
        found = [Named("direct", " ".join(parts), person=True, sure=False)]
    return found


def _chinese(name: str) -> list[Named]:
    found = []
    for role, words in _CHINESE:
        hits = [word for word in words.split() if word in name]
        found += [Named(role, word, word in _CHINESE_PERSON) for word in hits]
    unsure = [word for word in _CHINESE_UNSURE if word in name]
    if unsure:
        people = [word for word in _CHINESE_PEOPLE if word in name]
        if people:
            return [Named("direct", people[0] + unsure[0], person=True)]
        if any(word in name for word in _NOT_OF_PEOPLE):
            return [one for one in found if one.role != "direct"]
        if not found:
            found = [Named("direct", unsure[0], sure=False)]
    return found
