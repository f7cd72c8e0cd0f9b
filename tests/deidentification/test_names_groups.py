"""Places and organisations in Chinese text."""

from __future__ import annotations

import pytest

from wuming.deidentification.names import find_chinese


def named(text: str, kind: str) -> list[str]:
    """The stretches that are taken as `kind` by themselves."""
    return [text[one.start : one.end] for one in find_chinese([text])[0] if one.kind == kind and one.score >= 0.5]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("从北京到上海的高铁", ["北京", "上海"]), ("浙江省杭州市西湖区", ["浙江省", "杭州市", "西湖区"]),
        ("他去过萨拉热窝和布宜诺斯艾利斯", ["萨拉热窝", "布宜诺斯艾利斯"]), ("长白山在吉林", ["长白山", "吉林"]),
        ("服用阿莫西林，开封后尽快服用", []),
        ("他家在通州,老家宝坻的人", ["通州", "宝坻"]),
        ("从河南开封来,在江苏江阴上班", ["河南", "开封", "江苏", "江阴"]),
        ("在犹他州和撒丁岛,也去过巴黎、东京和非洲", ["犹他州", "撒丁岛", "巴黎", "东京", "非洲"]),
        ("长沙市民说", ["长沙"]), ("东北方向有风,西南角漏水,发展中国家", []),
        ("家住王家村,在沙塘镇和春熙路之间", ["王家村", "沙塘镇", "春熙路"]),
        ("这条路很堵,过了那座山,走投无路,笑傲江湖", []),
        ("我们合作愉快，价格比较优惠", []),
    ],
)  # fmt: skip
def test_places(text: str, places: list[str]) -> None:
    assert named(text, "LOCATION") == places


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("他在北京大学学习", ["北京大学"]), ("由杭州云帆科技有限公司承办", ["杭州云帆科技有限公司"]),
        ("我毕业的大学很好", []), ("联系公司", []), ("中国工商银行", ["中国工商银行"]),
        ("请找柳州国税局、临江塑料厂和云南省委", ["柳州国税局", "云南省委"]),
        ("毕业于中国人民大学法学院", ["中国人民大学法学院"]),
        ("国家食物与营养咨询委员会主任", ["国家食物与营养咨询委员会"]),
        ("就职于中国建设银行股份有限公司杭州分行西湖支行", ["中国建设银行股份有限公司杭州分行西湖支行"]),
        ("在携程旅游信息技术(上海)有限公司做客服", ["携程旅游信息技术(上海)有限公司"]),
        ("杭州市公安局西湖区分局的电话", ["杭州市公安局西湖区分局"]),
        ("国网浙江省电力有限公司", ["国网浙江省电力有限公司"]),
        ("中国政府和国际组织举行会谈", []), ("北京举行联合会议", []), ("印度人民党主席和巴西总统", ["印度人民党"]),
        ("财政部门和共产党员,罢工行动", []), ("华北大部有雨", []), ("新华社华盛顿6月2日电", ["新华社"]),
        ("上海一家公司,北京各大银行", []), ("三星级酒店和国际大酒店", []), ("给王五的杭州总部打电话", []),
        ("北京华尔顿酒店(原鸿坤国际大酒店),南京路店)(原假日酒店", ["北京华尔顿酒店"]),
    ],
)  # fmt: skip
def test_organisations(text: str, names: list[str]) -> None:
    assert named(text, "ORGANIZATION") == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("他是华为技术有限公司的员工", ["华为技术有限公司"]), ("工作单位:中国电信", ["中国电信"]),
        ("去北京市第一医院看病", ["北京市第一医院"]),
        ("孩子上蓝天幼儿园", ["蓝天幼儿园"]), ("实验小学报名", ["实验小学"]),
        ("请查一下腾讯公司", ["腾讯公司"]),
        ("字节跳动(北京)科技有限公司", ["字节跳动(北京)科技有限公司"]),
        ("联系快递公司,这家公司很好,贵公司,保险公司,星级酒店,我要去银行", []), ("小米粥和苹果都好吃", []),
    ],
)  # fmt: skip
def test_a_name_or_a_place_must_stand_before_a_common_ending(text: str, names: list[str]) -> None:
    assert named(text, "ORGANIZATION") == names


@pytest.mark.parametrize("text", ["民族:蒙古族", "开封后尽快食用", "今天朝阳升起", "说英国话吗,吃法国菜"])
def test_places_in_other_words_are_none(text: str) -> None:
    assert named(text, "LOCATION") == []


@pytest.mark.parametrize(
    "text",
    [
        "不锈钢水龙头,镀铬耐用,白瓷马桶,单价399元", "和田玉手镯、金丝楠木书柜、黄花梨笔筒",
        "于中国和美国,柳州国税局",
        "宫保鸡丁、高汤娃娃菜、石锅拌饭、黄焖鸡",
        "马到成功,万家灯火,方兴未艾,安居乐业", "方法参数为空,常量时间戳越界,连接数过多",
        "服用阿莫西林和布洛芬,对青霉素过敏",
        "附近有全聚德烤鸭店和王记面馆(中关村店)",
    ],
)  # fmt: skip
def test_things_dishes_idioms_and_medicines_are_no_people(text: str) -> None:
    assert named(text, "PERSON") == []
