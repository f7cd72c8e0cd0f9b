"""Illnesses, states of health and drugs, where they are stated of a person in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.specification import Candidate, keyword

# An illness is mostly recognised by its last character; these are the others.
_UNMARKED = (
    "高血压|低血压|高血脂|高血糖|糖尿病|抑郁|双相情感障碍|双相障碍|焦虑|自闭|中风|脑梗死?|心梗|心肌梗死|心肌梗塞"
    "|脑出血|脑溢血|脑瘫|骨折|癫痫|痛风|哮喘|甲亢|甲减|乙肝"
    "|丙肝|甲肝|大三阳|小三阳|脂肪肝|肝硬化|梅毒|淋病|艾滋|尖锐湿疣|疱疹|新冠|流感|感冒|肺结核|结核|痔疮|贫血"
    "|早搏|房颤|冠心病|帕金森|阿尔茨海默|老年痴呆|白内障|青光眼|红斑狼疮"
    "|白癜风|牛皮癣|湿疹|荨麻疹|鼻窦炎|不孕|不育|流产|宫外孕|怀孕|早产|肿瘤|结石|结节|息肉|囊肿|积液|骨质疏松"
    "|腰椎间盘突出|颈椎病|尿毒症|肾衰竭?|心衰|心力衰竭|过敏性鼻炎|强迫|厌食|失眠"
)
_GRADE = "(?:[0-9I]{1,3}[级期型])?"
_ILLNESS = (
    rf"(?:{_GRADE}[\u4e00-\u9fff]{{0,9}}?(?:{_UNMARKED}|[\u4e00-\u9fff]{{1,4}}?(?:癌|瘤|炎|症|病|综合征|障碍|中毒|衰竭|损伤"
    rf"|过敏))(?:病|症|炎)?{_GRADE})"
)
_DRUG_NAMES = (
    "立普妥|扑热息痛|对乙酰氨基酚|青霉素|格列\\w{1,3}|阿司匹林|布洛芬|二甲双胍|胰岛素|阿莫西林|头孢\\w{0,3}|奥美拉唑|氨氯地平|硝苯地平|美托洛尔|阿托伐他汀"
    "|瑞舒伐他汀|氟西汀|舍曲林|帕罗西汀|艾司西酞普兰|文拉法辛|奥氮平|利培酮|喹硫平"
    "|碳酸锂|拉莫三嗪|丙戊酸钠|卡马西平|左甲状腺素钠?|优甲乐|恩替卡韦|替诺福韦|泼尼松|甲氨蝶呤|华法林|氯吡格雷"
    "|氯沙坦|缬沙坦|曲马多|吗啡|芬太尼|阿普唑仑|氯硝西泮|安定|奥司他韦|甲硝唑"
    "|左氧氟沙星|阿奇霉素|罗红霉素|紫杉醇|他莫昔芬|伊马替尼|吉非替尼|黄体酮|米非司酮|避孕药|降压药|降糖药"
    "|抗抑郁药|安眠药|止痛药|抗生素|靶向药|化疗药|退烧药|阻断药"
)
_AFTER_VERB = re.compile(
    rf"[ :了是为过有的\"“(]{{0,3}}(?:患有?|得了|是)?({_ILLNESS})(?![\u4e00-\u9fff]?(?:院|房|毒软件|理))"
)
_ALSO = re.compile(
    rf"(?:、|和|及|与|以及|合并|伴有?)({_GRADE}(?:{_UNMARKED})(?:病|症)?|[\u4e00-\u9fff]{{1,4}}?[癌瘤炎症病])"
)
_HISTORY = re.compile(rf"(?<![无认])({_GRADE}(?:{_UNMARKED})(?:病|症)?)$")
_GRADED = re.compile(r"[0-9I]{1,3}[级期型]$")
_MADE_UP = "(?:缓释|控释|肠溶|分散|咀嚼)?(?:胶囊|片|颗粒|注射液|口服液|滴眼液|软膏|喷雾)?"
_DRUG = re.compile(rf"[ :了的着过]{{0,2}}((?:{_DRUG_NAMES}){_MADE_UP})")
_OPERATION = re.compile(
    r"(?:了|过)?([\u4e00-\u9fff]{2,10}?(?:手术|(?:移植|切除|搭桥|透析|化疗|放疗|流产)(?:手术|术)?))"
)
_SUBJECT = re.compile("(?:我|他|她|患者|病人|爸|妈|母亲|父亲|老公|老婆|儿子|女儿|孩子|宝宝|爷爷|奶奶)[^,。;!?\n]{0,8}$")
_ALLERGENS = (
    "青霉素|头孢\\w{0,3}|磺胺\\w{0,4}|阿司匹林|碘\\w{0,3}|造影剂|麻药|花粉|尘螨|螨虫|花生|坚果|海鲜|虾|蟹|鸡蛋|牛奶|乳糖|麸质|芒果|酒精"
    "|乳胶|猫毛|狗毛|动物毛发?|链霉素|破伤风|普鲁卡因"
)
_ALLERGIC = re.compile(rf"(?<![无认])(?:(?:{_ALLERGENS})(?:[和、及与]|以及)?){{1,4}}(?:都|均|严重)?过敏史?$")
_OPERATED = re.compile(rf"({_GRADE}(?:{_UNMARKED}|[\u4e00-\u9fff]{{1,5}}?[癌瘤炎症病]))(?:根治|切除|修补|移植)?术后$")
_HOSPITAL = re.compile(
    rf"[ :“\"]{{0,2}}(?!疾病|生病|看病)({_ILLNESS})[”\"]?[^,。;!?\n]{{0,8}}"
    "(?:入院|住院|就诊|就医|来诊|手术|去世|病逝|离世)"
)
_HIV = re.compile(r"[ -]?(?:抗体)?[ (:]{0,2}(阳性|阴性|感染者?|positive|negative|\+)", re.IGNORECASE)
_PREGNANT = re.compile(r"[了]?[ ]?(?:[0-9一二三四五六七八九十]{1,3}个?多?[周月天]|了|期|中)")


@keyword(
    kind="MEDICAL",
    country="cn",
    layout="an illness after 确诊, 患有, 诊断为, 病史, …",
    source="GB/T 35273-2020, annex B (health); names end as in ICD-10, Chinese edition (GB/T 14396-2016)",
    words=(
        "确诊", "患有", "患了", "患上", "诊断为", "诊断是", "诊断:", "诊断出", "得了", "得过", "查出", "查出来是",
        "检查出", "感染了", "感染", "病史:", "既往史", "既往病史", "身患", "罹患", "疑似", "病情:", "疾病:", "因患",
        "有遗传", "diagnosed with",
    ),
)  # fmt: skip
def diagnosis(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find an illness after a word for diagnosis."""
    match = _AFTER_VERB.match(text, end)
    if match:
        weak = text[start:end] in ("感染", "得了", "疑似", "查出")
        yield Candidate(*match.span(1), "MEDICAL", 0.7 if weak else 0.85, 24)
        while match := _ALSO.match(text, match.end(1)):
            yield Candidate(*match.span(1), "MEDICAL", 0.7, 24)


@keyword(
    kind="MEDICAL",
    country="cn",
    layout="an illness before 病史: 有乙肝病史, 高血压病史十年; not 无, not 否认",
    source="as above",
    words=("病史",),
)
def history(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find the illness of which there is a history."""
    del end
    first = max(0, start - 14)
    match = _HISTORY.search(text[first:start]) or _HISTORY.search(text[first : start + 1])  # 乙肝病史, 糖尿病史
    if match:
        yield Candidate(first + match.start(1), first + match.end(1), "MEDICAL", 0.75, 24)


@keyword(
    kind="MEDICAL",
    country="cn",
    layout="an allergy; an illness before 术后, or for which somebody is in hospital: 青霉素过敏, 胃癌术后, 因肺炎住院",
    source="as above",
    words=("过敏", "过敏史", "术后", "因"),
)  # fmt: skip
def record(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find what medical records say in few words."""
    word = text[start:end]
    if word == "因":
        match = _HOSPITAL.match(text, end)
        if match:
            yield Candidate(*match.span(1), "MEDICAL", 0.75, 24)
        return
    first = max(0, start - 24)
    match = (_OPERATED if word == "术后" else _ALLERGIC).search(text[first:end])
    if match:
        place = 1 if word == "术后" else 0
        yield Candidate(first + match.start(place), first + match.end(place), "MEDICAL", 0.75, 24)


@keyword(
    kind="MEDICAL",
    country="cn",
    layout="an illness, a pregnancy or a test beside a person: 我有糖尿病, 她怀孕三个月, HIV阳性",
    source="as above",
    words=(
        "高血压", "糖尿病", "抑郁症", "艾滋病", "乙肝", "癌症", "肺癌", "乳腺癌", "胃癌", "肝癌", "白血病", "冠心病",
        "心脏病", "癫痫", "哮喘", "梅毒", "精神分裂", "双相", "怀孕", "流产", "焦虑症", "自闭症", "帕金森", "红斑狼疮",
        "尿毒症", "肾病", "肺结核", "hiv", "怀了",
    ),
)  # fmt: skip
def state_of_health(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a state of health of somebody."""
    word = text[start:end].lower()
    if word == "hiv":
        match = _HIV.match(text, end)
        if match:
            yield Candidate(start, match.end(), "MEDICAL", 0.85, 24)
        return
    if _SUBJECT.search(text[max(0, start - 12) : start]) is None:
        return
    if word in ("怀孕", "怀了"):
        match = _PREGNANT.match(text, end)
        if match:
            yield Candidate(start, match.end(), "MEDICAL", 0.75, 24)
    else:
        grade = _GRADED.search(text[max(0, start - 4) : start])
        yield Candidate(start - len(grade.group()) if grade else start, end, "MEDICAL", 0.7, 23)


@keyword(
    kind="MEDICAL",
    country="cn",
    layout="a drug or an operation after 服用, 吃, 开了, 做了",
    source="as above",
    words=(
        "服用", "口服", "注射", "吃的", "吃着", "在吃", "吃了", "开了", "开的", "打了", "用药", "做了", "做过",
        "开具", "开具了", "使用", "改用", "加用", "停用", "给予", "处方为", "处方药为", "处方药是", "处方药物为",
        "药物为", "药物是", "药物包括", "药物治疗为", "方案中包含", "方案包含", "方案包括", "方案为",
        "接受了", "接受过", "长期吃",
    ),
)  # fmt: skip
def treatment(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a drug or an operation after a word for treatment."""
    match = _DRUG.match(text, end)
    if match:
        yield Candidate(*match.span(1), "MEDICAL", 0.75, 24)
        return
    if text[start] in "做接":
        operation = _OPERATION.match(text, end)
        if operation:
            yield Candidate(*operation.span(1), "MEDICAL", 0.7, 24)
