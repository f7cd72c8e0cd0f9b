"""Groups of held-out people: by script, with each arm's loss, and only where both are large enough."""

from __future__ import annotations

import pytest

from wuming.lifecycle.groups import compare_groups, script_of


@pytest.mark.parametrize(
    ("texts", "script"),
    [
        (["你好，我的路由器坏了"], "han"),
        (["用户：my Skylark router 坏了，怎么办？客服：请稍等"], "han"),
        (["User: my router 坏 broke yesterday evening and nobody came"], "other"),
        (["12345 !!"], "other"),
        ([], "other"),
    ],
)
def test_script(texts: list[str], script: str) -> None:
    assert script_of(texts) == script


def test_means_are_those_of_each_group() -> None:
    units = {f"u{n}": ["你好，请问"] if n % 3 else ["hello there"] for n in range(30)}
    losses = {
        "base": [4.0 if n % 3 else 5.0 for n in range(30)],
        "protected": [2.0 if n % 3 else 4.5 for n in range(30)],
    }
    assert compare_groups(units, losses) == {
        "han": {"units": 20, "loss": {"base": 4.0, "protected": 2.0}},
        "other": {"units": 10, "loss": {"base": 5.0, "protected": 4.5}},
    }
    units["u0"] = ["你好，请问"]
    assert compare_groups(units, losses) is None  # nine of one script are too few to speak of
