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
    ],
)  # fmt: skip
def test_organisations(text: str, names: list[str]) -> None:
    assert named(text, "ORGANIZATION") == names
