"""Every reason for which something is refused is on the page, and every reason on the page exists."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_names_every_reason():
    page = (ROOT / "docs" / "federated.md").read_text(encoding="utf-8")
    table = page.split("**What is refused, by name**")[1].split("**Not promised.**")[0]
    documented = set(re.findall(r"`([a-z-]+)`", table))
    used = set()
    for path in (ROOT / "src" / "wuming" / "federated").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'reason="([a-z-]+)"', text))
        used |= set(re.findall(r'(?:refused|_refused|_abort|_require)\([^()]*?(?:\([^()]*\)[^()]*?)*"([a-z-]+)"', text))
    missing, unknown = used - documented, documented - used
    # Reasons that are chosen between two are found by their own words.
    source = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "src" / "wuming" / "federated").rglob("*.py"))
    unknown = {reason for reason in unknown if f'"{reason}"' not in source}
    assert not missing - {"no-sum"}, missing
    assert not unknown, unknown
