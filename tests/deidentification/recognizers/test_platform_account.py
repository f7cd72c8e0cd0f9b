"""Accounts of platforms: what is found after them, and what is not."""

from __future__ import annotations

import pytest

from wuming.deidentification import Detector

DETECTOR = Detector(kinds=["USERNAME"])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("抖音号：xiaoyu520", "xiaoyu520"),
        ("GitHub 账号 octo-cat9", "octo-cat9"),
        ("ins账号 anna.2020", "anna.2020"),
        ("小红书号：95270123", "95270123"),
        ("B站ID：测试用户123", "测试用户123"),
        ("知乎用户名：半夏微凉", "半夏微凉"),
        ("帐号是lisi_007", "lisi_007"),
        ("Discord: sparky#1234", "sparky#1234"),
        ("Skype: live:sparky99", "sparky99"),
        ("KakaoTalk ID sparky99", "sparky99"),
        ("handle: @jdoe42", "jdoe42"),
        ("gamertag: Sparky99", "Sparky99"),
        ("logged in as jdoe42", "jdoe42"),
        ('user "jdoe42" logged in', "jdoe42"),
        ("用户jdoe42已登录", "jdoe42"),
        ("Steam: STEAM_0:1:12345678", "STEAM_0:1:12345678"),
        ("see https://github.com/sparky99.", "sparky99"),
        ("linkedin.com/in/john-smith-88/", "john-smith-88"),
        ("https://www.zhihu.com/people/ban-xia-88?utm=1", "ban-xia-88"),
    ],
)
def test_hits(text: str, value: str) -> None:
    assert [text[span.start : span.end] for span in DETECTOR.find(text)] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "https://github.com/psf/requests",
        "github.com/sparky99/tools.git",
        "https://github.com/features",
        "https://twitter.com/intent?text=a",
        "抖音号很多",
        "小红书号：12",
        "用户体验很好，已登录",
        "user logged in",
        "the user has signed in",
        "logged in as root",
        "账号或密码错误",
        "账号 12345678",
        "STEAM_0:1:x",
        "Discord: a chat",
    ],
)
def test_near_misses(text: str) -> None:
    assert DETECTOR.find(text) == []
