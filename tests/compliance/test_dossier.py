"""The dossier's page: self-contained, complete in both languages, honest about what is missing or internal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.compliance.dossier.charts import Axis, Mark, Row, chart, log_ticks, ticks
from wuming.compliance.dossier.disclosure import internal_paths, public_part
from wuming.compliance.dossier.manifest import safe_path
from wuming.compliance.dossier.text import texts
from wuming.core.errors import RunConflict, StorageError
from wuming.core.evidence import Evidence

Make = Callable[..., Path]
VOID = {"meta", "input", "br", "hr", "img", "link", "path", "rect", "line", "circle"}


class Page(HTMLParser):
    """Collects what the tests ask about, and checks that elements nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag


@pytest.fixture(scope="module")
def page(make_dossier: Make, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = make_dossier(tmp_path_factory.mktemp("dossier") / "d")
    return (folder / "index.html").read_text(encoding="utf-8")


def test_the_page_asks_nothing_of_anybody(page: str) -> None:
    parsed = Page(page)
    assert not {"script", "iframe", "img", "link", "object", "form"} & set(parsed.tags)
    assert not any(name.startswith("on") or name in ("src", "style", "srcset") for name, _ in parsed.attributes)
    assert all(value.startswith("#") for name, value in parsed.attributes if name == "href")
    assert "default-src 'none'" in page
    assert "url(" not in page
    assert "@import" not in page
    identities = [value for name, value in parsed.attributes if name == "id"]
    assert len(identities) == len(set(identities))


def test_the_page_says_what_matters_in_both_languages(page: str) -> None:
    for words in (
        "ε = 7.99",
        "δ = 10⁻⁵",
        "bound 0 (this audit could see at most 2.9664)",
        "下界 0（本次审计至多可见 2.9664）",
        "“0 of 50” alone is no proof",
        "ε covers the released model only",
        "仅覆盖所发布的模型",
        "Consent covers the purpose",
        "同意覆盖处理目的",
        "PIPL Art. 6",
        "14 of 25",
        "72%",
    ):
        assert words in page, words
    assert page.count("<svg") == 16
    assert page.count("<title id=") == 16


def test_charts_are_well_formed(page: str) -> None:
    for drawing in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        ElementTree.fromstring(drawing)  # noqa: S314  (our own output)


def test_values_are_escaped(make_dossier: Make, tmp_path: Path, raw: dict[str, Any]) -> None:
    raw["collect"]["claims"]["source"]["name"] = "<script>alert(1)</script>"
    raw["collect"]["claims"]["dropped"]["<b>&x"] = {"records": 0, "subjects": 0}
    raw["de-identify"]["claims"]["measured"]["by_kind"]['"><i>'] = {
        "true": 9,
        "missed": 1,
        "residual_leak_upper_95": 0.4,
    }
    folder = make_dossier(tmp_path / "d", raw, title="<script>")
    text = (folder / "index.html").read_text(encoding="utf-8")
    Page(text)
    assert "<script" not in text
    assert "<i>" not in text


def test_every_sentence_has_both_languages() -> None:
    for key, entry in texts().items():
        assert set(entry) == {"en", "zh"}, key
        assert sorted(re.findall(r"\{\w+\}", entry["en"])) == sorted(re.findall(r"\{\w+\}", entry["zh"])), key


@pytest.mark.parametrize("kind", ["collect", "de-identify", "anonymise", "train", "audit", "assess"])
def test_a_missing_step_still_renders(kind: str, make_dossier: Make, tmp_path: Path, raw: dict[str, Any]) -> None:
    for claims in (None, {"skipped": "not in this plan"}):
        left = {name: item for name, item in raw.items() if name != kind}
        if claims is not None:
            left[kind] = {**raw[kind], "claims": claims}
        folder = make_dossier(tmp_path / f"{kind}-{claims is None}", left)
        Page((folder / "index.html").read_text(encoding="utf-8"))


def test_what_was_not_measured_says_so(make_dossier: Make, tmp_path: Path, raw: dict[str, Any]) -> None:
    raw["de-identify"]["claims"]["measured"] = None
    raw["assess"]["claims"]["gain_kept"] = None
    raw["assess"]["claims"]["arms"] = {
        "base": {"perplexity": 59.0},
        "protected": {"perplexity": 4.3, "membership": None},
    }
    text = (make_dossier(tmp_path / "d", raw) / "index.html").read_text(encoding="utf-8")
    assert "not measured" in text
    assert "未测量" in text
    assert "None" not in text


def test_refused_and_waived_are_told(make_dossier: Make, tmp_path: Path, raw: dict[str, Any]) -> None:
    raw["assess"]["claims"]["arms"]["protected"]["extracted"]["free_text"] = 2
    text = (make_dossier(tmp_path / "refused", raw) / "index.html").read_text(encoding="utf-8")
    assert "Release refused" in text
    waived = {"nothing-extracted": "pilot with ten volunteers"}
    text = (make_dossier(tmp_path / "waived", raw, waived=waived) / "index.html").read_text(encoding="utf-8")
    assert "pilot with ten volunteers" in text
    assert "Failed controls waived by the plan: 1" in text


def test_a_public_dossier_leaves_internal_figures_out(make_dossier: Make, tmp_path: Path) -> None:
    open_folder, public = make_dossier(tmp_path / "a"), make_dossier(tmp_path / "b", public=True)
    secrets = ["10391", "10,391", "2604", "2,604", "0.0071", "0.71%", "2340", "1.56", "14000", "4.57%", "16,620", "280"]
    for name in ("index.html", "evidence.jsonl", "controls.json", "dossier.json"):
        text = (public / name).read_text(encoding="utf-8")
        assert [figure for figure in secrets if re.search(rf"(?<![\w.]){re.escape(figure)}(?!\w)", text)] == [], name
    held = "".join((open_folder / name).read_text(encoding="utf-8") for name in ("index.html", "evidence.jsonl"))
    assert all(figure in held for figure in secrets)  # the same search finds them where they are
    assert "ε = 7.99" in (public / "index.html").read_text(encoding="utf-8")


def test_a_new_claim_is_internal_until_it_is_listed() -> None:
    item = Evidence("train", "sha256:" + "a" * 64, {"epsilon": 1.0, "surprise": 17})
    shown, withheld = public_part(item)
    assert "surprise" in withheld
    assert dict(shown.claims) == {"epsilon": 1.0}
    assert "surprise" in internal_paths(item)


def test_an_older_dossier_is_replaced_and_nothing_else(make_dossier: Make, tmp_path: Path) -> None:
    folder = make_dossier(tmp_path / "d", extra_files={"old.txt": b"x"})
    make_dossier(folder)
    assert not (folder / "old.txt").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["d"]
    other = tmp_path / "precious"
    other.mkdir()
    (other / "thesis.txt").write_text("mine")
    with pytest.raises(RunConflict):
        make_dossier(other)
    assert (other / "thesis.txt").read_text() == "mine"


def test_a_full_disk_leaves_the_older_dossier(
    make_dossier: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_dossier(tmp_path / "d")
    before = (folder / "signature.json").read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("wuming.compliance.dossier.build.os.fsync", full)
    with pytest.raises(StorageError):
        make_dossier(folder)
    assert (folder / "signature.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["d"]


@pytest.mark.parametrize(
    "path", ["../x", "/x", "a//b", ".hidden", "a/../b", "signature.json", "INDEX.html", "a\\b", "x."]
)
def test_path_tricks_are_refused(path: str, make_dossier: Make, tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        make_dossier(tmp_path / "d", extra_files={path: b""})


@given(st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_a_safe_path_stays_inside(path: str) -> None:
    if safe_path(path):
        assert ".." not in path.split("/")
        assert not path.startswith(("/", "."))
        assert path.isascii()


@given(st.floats(min_value=1e-6, max_value=1e7), st.floats(min_value=1.0, max_value=1e6))
@settings(max_examples=100, deadline=None)
def test_axes_enclose_their_figures(high: float, low: float) -> None:
    linear = ticks(high)
    assert linear[0][0] == 0
    assert linear[-1][0] >= high * 0.999
    logarithmic = log_ticks(low, low * 7)
    assert logarithmic[0][0] <= low
    assert logarithmic[-1][0] >= low * 7


def test_a_longer_bar_is_drawn_longer() -> None:
    axis = Axis(0, 10, ticks(10))
    drawn = [
        ElementTree.fromstring(  # noqa: S314  (our own output)
            str(chart([Row("a", [Mark(value, "raw", "")])], axis, title="t", description="d", identity="i"))
        )
        for value in (2, 4)
    ]
    widths = [next(float(e.get("width", 0)) for e in root if "mark" in (e.get("class") or "")) for root in drawn]
    assert widths[1] == pytest.approx(2 * widths[0], rel=0.01)


def test_dossier_json_holds_the_claim(make_dossier: Make, tmp_path: Path) -> None:
    summary = json.loads((make_dossier(tmp_path / "d") / "dossier.json").read_bytes())
    assert summary["claim"]["epsilon"] == 7.99
    assert summary["claim"]["unit_of_privacy"] == "subject"
    assert len(summary["evidence"]) == 7


def test_the_size_of_the_drawn_noise_stays_inside(make_dossier: Make, raw: dict[str, Any], tmp_path: Path) -> None:
    raw["train"]["claims"]["self_check"]["noise_ratio"] = 1.000731
    folder = make_dossier(tmp_path / "public", raw, public=True)
    assert not [path.name for path in folder.rglob("*") if path.is_file() and b"1.000731" in path.read_bytes()]
    inside = make_dossier(tmp_path / "inside", raw)
    assert b"1.000731" in (inside / "evidence.jsonl").read_bytes()


def test_why_the_drawn_noise_stays_inside() -> None:
    """With it, whoever guesses a step's gradient tests the guess: the noisy sum minus the guess has the drawn size."""
    generator = np.random.default_rng(5)  # no noise that protects anybody: a demonstration
    right = 0
    for _ in range(100):
        noise, present = generator.normal(size=20_000), int(generator.integers(2))
        unit = np.zeros(20_000)
        unit[0] = 1.0
        seen, ratio = noise + present * unit, round(float(np.sqrt(np.mean(noise**2))), 6)
        guesses = [abs(float(np.sqrt(np.mean((seen - guess * unit) ** 2))) - ratio) for guess in (0, 1)]
        right += int(np.argmin(guesses)) == present
    assert right > 90  # the noise alone (sigma = C) allows 69


def test_how_many_owners_of_secrets_were_admitted_stays_inside(raw: dict[str, Any]) -> None:
    [item] = [Evidence("assess", raw["assess"]["subject"], raw["assess"]["claims"])]
    assert "secrets" in item.claims
    assert "secrets" not in public_part(item)[0].claims
