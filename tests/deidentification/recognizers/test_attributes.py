"""What is said about a person, in Chinese and English."""

from __future__ import annotations

import pytest

from wuming.deidentification import Detector
from wuming.deidentification.kinds import ATTRIBUTES

DETECTOR = Detector(kinds=ATTRIBUTES)


def found(text: str) -> list[tuple[str, str]]:
    """What is found in `text`, with its kind."""
    return [(span.kind, text[span.start : span.end]) for span in DETECTOR.find(text)]


HITS = [
    ("DATE_OF_BIRTH", "1990年5月1日出生", "1990年5月1日"),
    ("DATE_OF_BIRTH", "出生日期：1990-03-07", "1990-03-07"),
    ("DATE_OF_BIRTH", "他生于1990.03.07", "1990.03.07"),
    ("DATE_OF_BIRTH", "生日是三月七日", "三月七日"),
    ("DATE_OF_BIRTH", "生日是90年3月", "90年3月"),
    ("DATE_OF_BIRTH", "一九九〇年五月一日出生", "一九九〇年五月一日"),
    ("DATE_OF_BIRTH", "王某，1985年6月2日生，住北京", "1985年6月2日"),
    ("DATE_OF_BIRTH", "DOB: 03/07/1990", "03/07/1990"),
    ("DATE_OF_BIRTH", "born on March 7, 1990 in Leeds", "March 7, 1990"),
    ("DATE_OF_BIRTH", "birthdate: 7 March 1990", "7 March 1990"),
    ("DATE_OF_BIRTH", '"date_of_birth": "1990-03-07"', "1990-03-07"),
    ("DATE_OF_BIRTH", "She was born in 1990.", "1990"),
    ("AGE", "他今年35岁", "35岁"),
    ("AGE", "患者，男，45岁，因胸痛入院", "45岁"),
    ("AGE", "她40多岁", "40多岁"),
    ("AGE", "年龄：28", "28"),
    ("AGE", "我今年三十五，想换工作", "三十五"),
    ("AGE", "宝宝三岁了", "三岁"),
    ("AGE", "he is 35 years old", "35 years old"),
    ("AGE", "a 35-year-old woke up", "35-year-old"),
    ("AGE", "John, aged 72, of Hull", "72"),
    ("AGE", "Age: 41", "41"),
    ("AGE", "He died at the age of 87.", "87"),
    ("AGE", "Lucy's age is 16.", "16"),
    ("AGE", "two children, ages 5 and 7", "7"),
    ("AGE", "Happy 30th birthday!", "30th"),
    ("AGE", "34yo male", "34yo"),
    ("AGE", "27 years young", "27 years young"),
    ("GENDER", "性别：男", "男"),
    ("GENDER", "张某，女，汉族以外", "女"),
    ("GENDER", "李明（男，35岁）", "男"),
    ("GENDER", "他是男性", "男性"),
    ("GENDER", "gender: female", "female"),
    ("GENDER", "她是一位43岁的女性口腔卫生师", "女性"),
    ("GENDER", "80岁男性，职业为公关专员", "男性"),
    ("GENDER", "本院收治一名男性", "男性"),
    ("GENDER", "Sex: F", "F"),
    ("GENDER", "I'm 34, female, single", "female"),
    ("GENDER", "patient is 51 years old, male", "male"),
    ("NATIONALITY", "国籍：中国", "中国"),
    ("NATIONALITY", "他是美籍", "美籍"),
    ("NATIONALITY", "Nationality: Chinese", "Chinese"),
    ("NATIONALITY", "He is a Canadian citizen", "Canadian"),
    ("NATIONALITY", "国籍：加拿大", "加拿大"),
    ("ETHNICITY", "民族：汉", "汉"),
    ("ETHNICITY", "他是藏族", "藏族"),
    ("ETHNICITY", "民族维吾尔族", "维吾尔族"),
    ("ETHNICITY", "Ethnicity: Han Chinese", "Han Chinese"),
    ("RELIGION", "宗教信仰：佛教", "佛教"),
    ("RELIGION", "a young Muslim woman", "Muslim"),
    ("MEDICAL", "得了2型糖尿病", "2型糖尿病"),
    ("MEDICAL", "患有抑郁症和高血压", "高血压"),
    ("MEDICAL", "有乙肝病史", "乙肝"),
    ("MEDICAL", "糖尿病史10年", "糖尿病"),
    ("MEDICAL", "I have diabetes and high blood pressure", "high blood pressure"),
    ("MEDICAL", "diagnosed with stage 3 colon cancer", "stage 3 colon cancer"),
    ("MEDICAL", "My son has autism", "autism"),
    ("MEDICAL", "metformin for his type 2 diabetes", "type 2 diabetes"),
    ("RELIGION", "她是穆斯林", "穆斯林"),
    ("RELIGION", "he is a devout Christian", "Christian"),
    ("RELIGION", "Religion: Catholic", "Catholic"),
    ("MEDICAL", "确诊糖尿病", "糖尿病"),
    ("MEDICAL", "HIV阳性", "HIV阳性"),
    ("MEDICAL", "服用阿司匹林", "阿司匹林"),
    ("MEDICAL", "目前服用布洛芬缓释胶囊", "布洛芬缓释胶囊"),
    ("MEDICAL", "医生为其开具了扑热息痛", "扑热息痛"),
    ("MEDICAL", "治疗方案中包含立普妥", "立普妥"),
    ("MEDICAL", "takes the medication Lipitor", "Lipitor"),
    ("MEDICAL", "has prescribed Paracetamol for it", "Paracetamol"),
    ("MEDICAL", "with a diagnostic outcome of diabetes", "diabetes"),
    ("MEDICAL", "which led to a cancer diagnosis", "cancer"),
    ("MEDICAL", "she was classified as having asthma", "asthma"),
    ("MEDICAL", "她怀孕三个月了", "怀孕三个月"),
    ("MEDICAL", "诊断为抑郁症", "抑郁症"),
    ("MEDICAL", "diagnosed with type 2 diabetes", "type 2 diabetes"),
    ("MEDICAL", "prescribed amoxicillin", "amoxicillin"),
    ("MEDICAL", "she is pregnant", "pregnant"),
    ("MEDICAL", "a 72-year-old woman with atrial fibrillation", "atrial fibrillation"),
    ("MEDICAL", "he was admitted with acute pancreatitis", "acute pancreatitis"),
    ("MEDICAL", "Chloe is allergic to peanuts and penicillin", "penicillin"),
    ("MEDICAL", "hx of MI and CHF", "MI"),
    ("MEDICAL", "Rx: lisinopril 10 mg", "lisinopril"),
    ("MEDICAL", "she has gestational diabetes", "gestational diabetes"),
    ("MEDICAL", "本人对青霉素过敏", "青霉素过敏"),
    ("MEDICAL", "孩子花生和鸡蛋过敏", "花生和鸡蛋过敏"),
    ("MEDICAL", "有磺胺类药物过敏史", "磺胺类药物过敏史"),
    ("MEDICAL", "因“急性胰腺炎”入院", "急性胰腺炎"),
    ("MEDICAL", "胃癌根治术后半年", "胃癌"),
]


@pytest.mark.parametrize(("kind", "text", "value"), HITS)
def test_hits(kind: str, text: str, value: str) -> None:
    assert (kind, value) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "2024年3月7日开会", "会议时间2024-03-07", "生产日期2024年3月7日生产", "生日快乐", "born to run",
        "meeting on 03/07/2024", "共35人参加", "他999岁", "适合3-6岁儿童", "满18岁以上", "a 10-year-old company",
        "35 years ago", "page 35", "男装女装", "男女不限", "男/女款", "sex education", "the gender gap", "中国制造",
        "国籍法", "national park", "家族企业", "藏族自治州", "民族品牌", "race condition", "ethnic food", "信仰的力量",
        "Christian Dior", "faith in you", "今天天气不错", "高血压药多少钱", "病毒查杀", "the history of art",
        "合计1,045岁", "否认高血压病史", "无乙肝病史", "a Muslim festival", "女款(女装)", "research on breast cancer",
        "否认青霉素过敏史", "这款面霜不易过敏", "过敏体质慎用", "因疾病去世", "因堵车住院部晚到", "手术后注意休息",
        "page 34, female voice", "sizes 34-36, male", "周岁的女儿", "周岁女装", "妇女节", "使用手机",
        "including tax", "the medication aisle",
    ],
)  # fmt: skip
def test_near_misses(text: str) -> None:
    assert found(text) == []
