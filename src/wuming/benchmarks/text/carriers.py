"""Sentences that carry values, and words that name them. Written before any result was seen; frozen by digest.

`FROZEN` is the SHA-256 of everything here. A second set, never shown while recognisers were written, is frozen by
`HELD_OUT`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

FROZEN = "e5ec05ff351e08db735988a765b5f9e654e5e757f69fd342aea73c38ec20e2c2"
HELD_OUT = "bda31d38d5453ba78619a9e98d6a6b75371338bc93a62b75a1a5a78aed88633e"

Carriers = Mapping[str, tuple[str, ...]]
Labels = Mapping[str, Mapping[str, tuple[str, ...]]]

WITH_WORD: Carriers = {
    "zh": (
        "我的{label}是{value}，麻烦核对一下。",
        "{label}：{value}",
        "{label}{value}，请尽快处理，谢谢！",
        "请把{label}发给我。好的，{value}。",
        "客服您好，{label}为{value}，昨天下午三点登记的。",
        "登记信息里的{label}写的是{value}对吗？",
        "【{label}】{value}",
        "{label}（{value}）已录入系统",
        "资料如下：{label} {value}；备注：无。",
        "系统显示{label}:{value},状态正常",
        "亲，您提供的{label}{value}我这边查到了",
        "之前那个{label}不用了，新的{label}是：{value}。",
        "{value}是我的{label}，别写错了",
        "表格第3行：{label}={value}",
        "1、{label}：{value}\n2、其他：无",
        "{{\"{label}\": \"{value}\", \"数量\": 2}}",
        "用户问：{label}是不是{value}？客服答：是的。",
        "{label} | {value} | 已核验",
        "麻烦登记{label}，{value}，我明天上午10点过来。",
        "因为{label}填错，改成{value}后共退款128.50元。",
        "他报的{label}是“{value}”。",
        "{label}为：{value}（本人提供）",
        "留一下{label}吧——{value}",
        "变更申请：原因是搬家，{label}{value}，费用35元，2024年5月6日提交。",
    ),
    "en": (
        "My {label} is {value}, please check it.",
        "{label}: {value}",
        "{label} {value} - thanks!",
        "Could you confirm the {label}? Sure, {value}.",
        "Hi, the {label} on file is {value}, registered yesterday at 3 pm.",
        "[{label}] {value}",
        "{label} ({value}) has been saved",
        "Details below. {label} = {value}; remarks: none.",
        "The system shows {label}:{value},status ok",
        "The old {label} is no longer used; the new {label} is: {value}.",
        "{value} is my {label}, do not mix it up",
        "Row 3 - {label} - {value}",
        "1. {label}: {value}\n2. other: none",
        "{{\"{label}\": \"{value}\", \"count\": 2}}",
        "Agent: is your {label} {value}? Customer: yes.",
        "{label} | {value} | verified",
        "Please note down the {label}, {value}, I will come by at 10 am.",
        "Because the {label} was wrong, we changed it to {value} and refunded $128.50.",
        "He gave his {label} as \"{value}\".",
        "Your {label} ({value}) was updated on May 6, 2024.",
        "Leave a {label}, would you? It's {value}",
        "Moving house: {label} {value}, fee 35 dollars, submitted on 2024-05-06.",
        "For the record, the {label} provided was {value}!",
        "We still have {label} #{value} in our files.",
    ),
}  # fmt: skip

BARE: Carriers = {
    "zh": (
        "{value}",
        "你好，{value}，麻烦查一下。",
        "刚才说的就是{value}，没错吧？",
        "我记得是{value}这个。",
        "稍等……{value}，好了。",
        "群里有人发了{value}，大家别外传",
        "收到{value}请回复",
        "备注写了{value}，一共3件，合计56.8元。",
        "先按{value}登记，周五再确认。",
        "他给我的是“{value}”，我抄下来了。",
        "看这个：{value}！",
        "就用{value}吧，别的都不对",
        "（{value}）",
        "麻烦把{value}加进去，谢谢亲",
        "昨天15:30左右，有人留了{value}。",
        "不是这个，是{value}；你再看看。",
        "第2页写着{value}，第3页空白。",
        "有两处：一处{value}，一处没写。",
        "发错了，应该是{value}才对",
        "对方回：{value}",
        "A：请问是哪个？B：{value}。",
        "已经提交{value}，大概5个工作日。",
        "复制这段{value}发给同事",
        "填{value}就行，其他可以不填",
    ),
    "en": (
        "{value}",
        "Hello, {value}, please look it up.",
        "What I meant was {value}, right?",
        "I remember it was {value} or so.",
        "One moment... {value}, done.",
        "Someone posted {value} in the group, keep it to yourselves",
        "Got {value} - please reply",
        "The note says {value}, 3 items, 56.80 in all.",
        "Put down {value} for now, we confirm on Friday.",
        "He gave me \"{value}\" and I copied it.",
        "Look at this: {value}!",
        "Just use {value}; the others are wrong",
        "({value})",
        "Please add {value}, thanks a lot",
        "Around 15:30 yesterday somebody left {value}.",
        "Not this one, {value}; look again.",
        "Page 2 has {value}, page 3 is empty.",
        "There are two: one {value}, one empty.",
        "Sent the wrong one, it should be {value} instead",
        "They replied: {value}",
        "A: which one is it? B: {value}.",
        "Submitted {value}, takes about 5 working days.",
        "Copy {value} to a colleague",
        "Filling in {value} will do",
    ),
}  # fmt: skip

_TABLE = """
PHONE zh 手机号, 电话, 联系电话, 手机号码, 联系方式
PHONE en phone number, mobile, phone, contact number
EMAIL zh 邮箱, 电子邮件, 邮箱地址
EMAIL en email, e-mail address, mail
CN_RESIDENT_ID zh 身份证号, 身份证, 身份证号码, 公民身份号码
CN_RESIDENT_ID en Chinese ID number, resident ID, identity card number
CN_FOREIGN_PERMANENT_RESIDENT zh 外国人永久居留身份证, 永居证号, 外国人永久居留证号码
CN_FOREIGN_PERMANENT_RESIDENT en foreign permanent resident ID, permanent residence card number
CN_USCC zh 统一社会信用代码, 信用代码, 税号
CN_USCC en unified social credit code, USCC
BANK_CARD zh 银行卡号, 卡号, 储蓄卡, 收款账户
BANK_CARD en bank card, card number, debit card
CREDIT_CARD zh 信用卡号, 信用卡, 卡号
CREDIT_CARD en credit card, card number, Visa card
CN_PLATE zh 车牌号, 车牌, 车牌号码
CN_PLATE en license plate, plate number
US_PLATE zh 美国车牌
US_PLATE en license plate, plate number, license plate number
CN_PASSPORT zh 护照号, 护照, 护照号码
CN_PASSPORT en passport number, passport, passport no.
PASSPORT zh 护照号, 外国护照号码
PASSPORT en passport number, passport, passport no.
CN_TRAVEL_PERMIT/home zh 回乡证, 回乡证号, 港澳居民来往内地通行证
CN_TRAVEL_PERMIT/home en home return permit, mainland travel permit
CN_TRAVEL_PERMIT/compatriot zh 台胞证, 台胞证号, 台湾居民来往大陆通行证
CN_TRAVEL_PERMIT/compatriot en Taiwan compatriot permit, mainland travel permit for Taiwan residents
CN_TRAVEL_PERMIT/taiwan zh 大陆居民往来台湾通行证, 往来台湾通行证号码
CN_TRAVEL_PERMIT/taiwan en Taiwan travel permit
CN_TRAVEL_PERMIT/hong-kong zh 港澳通行证, 往来港澳通行证, 港澳通行证号
CN_TRAVEL_PERMIT/hong-kong en Hong Kong and Macau travel permit, exit-entry permit
CN_MILITARY_ID zh 军官证, 军官证号, 士兵证号, 军人证件
CN_MILITARY_ID en military ID, officer certificate
CN_SOCIAL_SECURITY zh 社保号, 社保卡号, 社会保障号码, 社保编号
CN_MEDICAL_INSURANCE zh 医保卡号, 医保号, 医疗保险号, 医保编号
HK_ID zh 香港身份证, 香港身份证号码
HK_ID en HKID, Hong Kong ID, Hong Kong identity card
MO_ID zh 澳门身份证, 澳门居民身份证号码
MO_ID en Macau ID, Macao identity card
TW_ID zh 台湾身份证, 身分证字号, 台湾居留证号
TW_ID en Taiwan ID, Taiwan national ID
WECHAT zh 微信, 微信号, 加微信
WECHAT en WeChat, WeChat ID
QQ zh QQ, QQ号, qq号码
QQ en QQ, QQ number
WEIBO zh 微博, 微博账号, 新浪微博
WEIBO en Weibo, Weibo account
USERNAME zh 用户名, 登录名, 用户账号
USERNAME en username, user name, login name
IMEI zh IMEI, 手机串号, IMEI码
IMEI en IMEI, IMEI number
VIN zh 车架号, 车辆识别代号, VIN码
VIN en VIN, vehicle identification number, chassis number
IBAN zh IBAN, 国际银行账号
IBAN en IBAN, bank account
SWIFT_BIC zh SWIFT代码, SWIFT, 银行国际代码SWIFT
SWIFT_BIC en SWIFT code, BIC, SWIFT/BIC
US_SSN zh 美国社会安全号, 社会安全号码, SSN
US_SSN en SSN, social security number
US_ITIN zh ITIN, 美国个人纳税识别号
US_ITIN en ITIN, taxpayer identification number
US_BANK_ROUTING zh ABA路由号码, routing number
US_BANK_ROUTING en routing number, ABA routing number, ABA number
US_DRIVER_LICENSE zh 美国驾照号
US_DRIVER_LICENSE en driver's license, driver license number, driving licence
UK_NHS zh NHS号码
UK_NHS en NHS number, NHS no.
UK_NINO zh 英国国民保险号
UK_NINO en National Insurance number, NI number, NINO
IP_ADDRESS zh IP地址, 登录IP, IP
IP_ADDRESS en IP address, IP, client IP
MAC_ADDRESS zh MAC地址, 网卡地址
MAC_ADDRESS en MAC address, MAC
URL zh 链接, 下载链接, 网址
URL en link, URL, callback URL
CRYPTO_ADDRESS zh 钱包地址, 比特币地址, 收款地址
CRYPTO_ADDRESS en wallet address, wallet, crypto address
SECRET zh 密钥, API密钥, 访问令牌
SECRET en API key, access token, secret key
GEO_COORDINATE zh 坐标, 经纬度, GPS定位
GEO_COORDINATE en coordinates, GPS location, lat/long
LICENSE_NUMBER zh 执照编号, 许可证号, 资格证书编号
LICENSE_NUMBER en license number, licence no., professional license
LICENSE_NUMBER/doctor zh 医师执业证书编号, 执业证书编码
LICENSE_NUMBER/doctor en medical license number
LICENSE_NUMBER/lawyer zh 律师执业证号, 执业证号
LICENSE_NUMBER/lawyer en bar license number
ORDER_OR_ACCOUNT zh 会员号, 客户编号, 账号, 订单号
ORDER_OR_ACCOUNT en account number, customer number, member ID, order number
"""


def _read(table: str) -> Labels:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for line in table.strip().splitlines():
        kind, language, words = line.split(" ", 2)
        found.setdefault(kind, {"zh": (), "en": ()})[language] = tuple(words.split(", "))
    return found


LABELS: Labels = _read(_TABLE)
"""Words that name a type, by type (or by type and form) and language; a language without words is not used."""


def digest(with_word: Carriers, bare: Carriers, labels: Labels) -> str:
    """Return the SHA-256 of sentences and words, in the order in which they stand."""
    everything = [dict(with_word), dict(bare), {key: dict(value) for key, value in labels.items()}]
    return hashlib.sha256(json.dumps(everything, ensure_ascii=False).encode()).hexdigest()
