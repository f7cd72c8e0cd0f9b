"""What the tagger sees of words: of one as itself, as a neighbour, of pairs; each a feature hashed to a row of weights.

Features depend on single words or on pairs of coarse classes alone, so that their sums are computed once a word.
"""

from __future__ import annotations

from functools import lru_cache
from zlib import crc32

from wuming.deidentification.english.groups import CAPITALS, CONTRACTED, LOWER, MIXED
from wuming.deidentification.english.lexicon import BIT, plain, words
from wuming.deidentification.lexicon.english_entities import CONNECTORS

BUCKETS = 1 << 18
OFFSETS = (-3, -2, -1, 1, 2)
"""Places of the neighbours whose words are features."""

_IDENTIFIED = sum(BIT[one] for one in ("W1", "W2", "TI", "OE", "DT", "JB", "RL", "NS", "PR", "DM"))
_WORD = BIT["W1"] | BIT["W2"] | BIT["W3"] | BIT["W4"]
_SURNAME = BIT["S1"] | BIT["S2"] | BIT["S3"]
_PART = BIT["W1"] | BIT["W2"] | BIT["W3"]
_COARSE = (
    ("F", BIT["F1"]), ("f", BIT["F2"]), ("S", BIT["S1"] | BIT["S2"]), ("s", BIT["S3"]),
    ("P", BIT["PC"] | BIT["P1"]), ("p", BIT["P2"] | BIT["PM"]),
    ("O", BIT["OK"]), ("E", BIT["OE"]), ("T", BIT["TI"]), ("D", BIT["DM"]), ("d", BIT["DT"]),
    ("R", BIT["RL"]), ("J", BIT["JB"]),
    ("x", BIT["PR"]), ("W", BIT["W1"] | BIT["W2"]), ("w", BIT["W3"] | BIT["W4"]),
)  # fmt: skip


def classes_of(word: str) -> int:
    """Return the classes of a word, marked or not."""
    known = words()
    lowered = word.lstrip(LOWER + CAPITALS).lower().rstrip(".")
    found = known.get(lowered, 0) or (BIT["W1"] if lowered.endswith(CONTRACTED) else 0)
    if not found and not lowered.isascii():
        found = known.get(plain(lowered), 0)
    if not found and "-" in lowered:
        first, _, last = lowered.partition("-")
        found = _of_both(known.get(first, 0), known.get(last, 0))
    if not found and lowered.endswith("s") and len(lowered) > 4:
        found = known.get(lowered[:-1], 0) & _WORD
    return found


def _of_both(first: int, last: int) -> int:
    """Return the classes of a word of two parts: those that both have, of words and surnames the rarer one."""
    found = first & last
    for group in (_WORD, _SURNAME):
        if first & group and last & group:
            found |= max(first & group, last & group)
    return found


def shape_of(word: str) -> str:
    """Return how a word is written, in a few letters."""
    if not word:
        return "none"
    mark, bare = (word[0], word[1:]) if word[0] in (LOWER, CAPITALS) else ("", word)
    if mark:
        return "lower" if mark == LOWER else "upper"
    if not bare[0].isalpha():
        return "number" if bare[0].isdigit() else bare if len(bare) < 3 else "sign"
    if ord(bare[0]) > 0x2E80:
        return "han"
    if bare.endswith("."):
        return "initial" if len(bare) == 2 else "dotted"
    if len(bare) == 1:
        return "letter" if bare.isupper() else "small"
    if bare.islower():
        return "small"
    if bare.isupper():
        return "capitals"
    if MIXED.match(bare):
        return "title"
    inner = bare[1:].replace("-", "").replace("'", "").replace("’", "")
    if "-" in bare:
        return "hyphen"
    return "title" if inner.islower() else "camel"


@lru_cache(maxsize=1 << 16)
def coarse(word: str, classes: int) -> str:
    """Return shape and main classes: what pairs of words are made of."""
    shape = shape_of(word)
    bare = word.lstrip(LOWER + CAPITALS).lower()
    if bare in CONNECTORS or (shape in ("small", "han", "sign") and not classes):
        return f"{shape}:{bare if bare in CONNECTORS else '?'}"
    if shape in ("title", "camel", "capitals", "hyphen", "lower", "upper", "dotted", "initial", "letter", "small"):
        short = {"small": "a", "initial": "I", "letter": "I", "lower": "l", "upper": "U", "capitals": "C"}.get(
            shape, "X"
        )
        return short + "".join(letter for letter, bits in _COARSE if classes & bits)
    return shape


def own_features(word: str, classes: int) -> list[str]:
    """Return the features of a word as itself."""
    shape = shape_of(word)
    bare = word.lstrip(LOWER + CAPITALS)
    lowered = bare.lower()
    found = ["bias", f"sh={shape}", f"co={coarse(word, classes)}", f"all={classes}", f"len={min(len(bare), 12)}"]
    found += [f"cl={letter}{shape[:2]}" for letter, bits in _COARSE if classes & bits] or [f"cl=none{shape[:2]}"]
    if lowered in CONNECTORS or not bare[:1].isalpha() or classes & _IDENTIFIED:
        found.append(f"w={lowered}")
    if not classes & ~BIT["S3"] and (parts := compound(lowered)):
        found += [f"cp={parts}", f"cp={parts}{shape[:2]}"]
    if bare[:1].isalpha() and not classes & (BIT["W1"] | BIT["OE"] | BIT["TI"]):
        ending, start = plain(lowered) if not lowered.isascii() else lowered, lowered[:3]
        found += [f"e2={ending[-2:]}", f"e3={ending[-3:]}", f"e4={ending[-4:]}", f"b3={start}", f"b4={ending[:4]}"]
        found += [f"n3={ending[i : i + 3]}" for i in range(1, min(len(ending) - 3, 8))]
        if not bare.isascii():
            found.append("accent")
        if "'" in bare or "’" in bare:
            found.append(f"ap={lowered[:2]}")
    return found


def compound(lowered: str) -> str:
    """Return how much of a word in no list is ordinary words: "both" parts (flight|stats), "left", "right", or ""."""
    known = words()
    found = ""
    for place in range(3, len(lowered) - 2):
        left = known.get(lowered[:place], 0) & _PART
        right = known.get(lowered[place:], 0) & _PART
        if left and right:
            return "both"
        if left and place > 3:
            found = found or "left"
        elif right and len(lowered) - place > 3:
            found = "right"
    return found


def neighbour_features(word: str, classes: int, offset: int) -> list[str]:
    """Return the features of a word `offset` places away."""
    bare = word.lstrip(LOWER + CAPITALS)
    lowered = bare.lower()
    found = [f"{offset}co={coarse(word, classes)}"]
    if not bare or lowered in CONNECTORS or not bare[:1].isalpha() or classes & _IDENTIFIED:
        found.append(f"{offset}w={lowered if not bare[:1].isdigit() else '0'}")
        if classes & (BIT["W1"] | BIT["W2"]) and abs(offset) < 3:
            found.append(f"{offset}e3={lowered[-3:]}")
    elif ord(bare[0]) > 0x2E80:
        found.append(f"{offset}w={bare}")
    return found


def pair_features(left: str, right: str, name: str) -> list[str]:
    """Return the feature of two coarse classes, or words, side by side."""
    return [f"{name}={left}|{right}"]


def row(feature: str) -> int:
    """Return the row of the weights that a feature has."""
    return crc32(feature.encode("utf-8", "surrogatepass")) & (BUCKETS - 1)


def spoken(word: str, classes: int) -> str:
    """Return the word for pairs of words before a name: itself if ordinary, else its shape."""
    bare = word.lstrip(LOWER + CAPITALS).lower()
    if not bare or not bare[0].isalpha() or classes & (BIT["W1"] | BIT["W2"] | BIT["TI"] | BIT["JB"] | BIT["RL"]):
        return "0" if bare[:1].isdigit() else bare
    return coarse(word, classes) if ord(bare[0]) < 0x2E80 else bare
