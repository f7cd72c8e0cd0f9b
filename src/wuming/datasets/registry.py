"""Known public data sets: what they are, what their licence allows, and which bytes are the right ones.

Nothing is downloaded. A set is looked for as a folder of its name in each folder of `WUMING_DATA` and then in
`../shared/data`, beside the working folder and beside the checkout.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from wuming.core.errors import PlanError, UnknownDataset
from wuming.core.records import Record
from wuming.core.storage import file_digest
from wuming.datasets import argus_redact_fixtures, crosswoz

VARIABLE = "WUMING_DATA"


@dataclass(frozen=True)
class Dataset:
    """One known set.

    Attributes:
        name: its name in a plan, and of its folder.
        title: what it holds.
        files: file → SHA-256 (hex) of the files that Wuming reads.
        licence: as its holder states it.
        use: `open` may be used and passed on under its licence; `test-only` has no licence, or one that forbids
            redistribution or commercial use, so nothing made from it may be released.
        serves: what Wuming does with it.
    """

    name: str
    title: str
    files: Mapping[str, str]
    licence: str
    use: Literal["open", "test-only"]
    serves: str


_KNOWN = (
    Dataset(
        "adult-uci",
        "census income, 32,561 people",
        {"adult.data": "5b00264637dbfec36bdeaab5676b0b309ff9eb788d63554ca0a249491c86603d"},
        "CC BY 4.0 (UCI)",
        "open",
        "anonymisation",
    ),
    Dataset(
        "argus-redact-fixtures",
        "hand-made edge cases of another product, Chinese and English",
        argus_redact_fixtures.FILES,
        "Apache-2.0",
        "open",
        "de-identification",
    ),
    Dataset(
        "arx",
        "census income with generalisation hierarchies, 30,162 people",
        {"adult.csv": "c700df9304fbf3c4d4db5938bffc510561bd4a2dfad285a3feef9a20619391c5"},
        "Apache-2.0",
        "open",
        "anonymisation",
    ),
    Dataset(
        "cluener",
        "Chinese news sentences with names and addresses",
        {"dev.jsonl": "90036b59832e007c45d11eafe5ed80549f58a18a29aaa7fe8b1229622c69ec38"},
        "none stated",
        "test-only",
        "de-identification",
    ),
    Dataset(
        "crosswoz",
        "Chinese service dialogues, validation part, 500 dialogues",
        {"val.json.zip": "b2b717990f6f0a1c98daaf5dc465e61d42f7de69c0d31e88e674275b1f34c94c"},
        "Apache-2.0",
        "open",
        "records",
    ),
    Dataset(
        "financial-phrasebank",
        "English financial sentences with sentiment",
        {"SAFFN.csv": "c8c69ca9ea8a1a2ad321332cac17321dd6e1317c7a8ec0c760181123e0aa013f"},
        "CC BY-NC-SA 3.0",
        "test-only",
        "training",
    ),
    Dataset(
        "mnist",
        "handwritten digits, 60,000 and 10,000",
        {
            "train-images-idx3-ubyte.gz": "71524e2cd1ad2968737f7f2f2ff69cbfc32df8ccddff51593f7cb2d4e0eb5b64",
            "train-labels-idx1-ubyte.gz": "fe03b8bd7915f70bf5aa08be480aa413fbd85afcaa58b35d230d335f284fd88e",
            "t10k-images-idx3-ubyte.gz": "5634745efa576a17e7d4cf5cd9d09123c75e6538e5114267c2d156edaf519341",
            "t10k-labels-idx1-ubyte.gz": "ae18e77e031ccde52407f794d123116439864147d33ac992975f85dd4dc42af6",
        },
        "MIT (this copy); the original is commonly given as CC BY-SA 3.0",
        "open",
        "training",
    ),
    Dataset(
        "movielens-100k",
        "film ratings of 943 users with demographics",
        {"u.user": "f241378ad2e2766763fbf52145ccfa3c10ceb690fe87c579b28f1d579d3a8cf2"},
        "GroupLens terms: research, no redistribution",
        "test-only",
        "anonymisation",
    ),
    Dataset(
        "msra-ner",
        "Chinese news with persons, organisations and places",
        {"msra_test_bio.txt": "2be8e580bcb22e9086e4403d82a7ec0f6e18019ebef35b0fd52941724bdf89a3"},
        "none stated (SIGHAN 2006, research)",
        "test-only",
        "de-identification",
    ),
    Dataset(
        "multipriv",
        "generated person records, Chinese and English",
        {
            "data_person_1000.json": "2604a0e40f4cef6b3df4b188594ccf257b687685e324cb0eeb3bcefc5bea4e1d",
            "data_person_1000_zh.json": "55c9f339a43cc0946bcdc17f1d87d69d9bc087fae71b18dd63d45bfa2b17086b",
        },
        "CC BY-NC-SA 4.0",
        "test-only",
        "de-identification",
    ),
    Dataset(
        "online-shopping-reviews",
        "Chinese reviews in 10 categories",
        {"online_shopping_10_cats.zip": "6816ded66fde9d0927ecbd370b5e12d0174d1abac35192ec014ac2a0a8d25858"},
        "none stated",
        "test-only",
        "training",
    ),
    Dataset(
        "presidio-research",
        "generated English sentences with personal-data spans",
        {"synth_dataset_v2.json": "ec08a771ba8135314cafb60752b2295212222ba3a4cd75d73811839c699e0012"},
        "MIT",
        "open",
        "de-identification",
    ),
    Dataset(
        "sst2",
        "English sentiment",
        {
            "train.tsv": "920e317b2c52e12cd22db1da2c6708312bd7dc4f3712b9bbf1b50ee6c2c792ba",
            "dev.tsv": "92353770071a2a889f75d000a38a9e541ea8f0a5499e50f040b17917a5cbf66f",
        },
        "MIT (this copy), via GLUE",
        "open",
        "training",
    ),
    Dataset(
        "tinyshakespeare",
        "plays, 1.1 million characters",
        {"input.txt": "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"},
        "public domain",
        "open",
        "training",
    ),
)

KNOWN: Mapping[str, Dataset] = {dataset.name: dataset for dataset in _KNOWN}


def known(name: str) -> Dataset:
    """Return a known set.

    Raises:
        UnknownDataset: no set of this name.
    """
    if name not in KNOWN:
        raise UnknownDataset(f"no data set named '{name}' is known", help=f"Known are: {', '.join(sorted(KNOWN))}.")
    return KNOWN[name]


def search_folders() -> list[Path]:
    """Return the folders that are looked in, in order: those of `WUMING_DATA`, then `../shared/data` if it exists."""
    stated = [Path(part) for part in os.environ.get(VARIABLE, "").split(os.pathsep) if part]
    checkout = Path(__file__).resolve().parents[3]
    beside = [folder.parent / "shared" / "data" for folder in (Path.cwd(), checkout)]
    return list(dict.fromkeys([*stated, *(folder for folder in beside if folder.is_dir())]))


def locate(name: str) -> Path:
    """Return the folder of a known set, its files checked against their SHA-256.

    Raises:
        UnknownDataset: the name is not known, the set is in none of the folders, or a file has other bytes.
    """
    dataset = known(name)
    folders = search_folders()
    incomplete = []
    for folder in folders:
        place = folder / name
        if not place.is_dir():
            continue
        missing = [file for file in dataset.files if not (place / file).is_file()]
        if missing:
            incomplete.append(f"{place} lacks {', '.join(missing)}")
            continue
        for file, expected in dataset.files.items():
            if file_digest(place / file) != f"sha256:{expected}":
                raise UnknownDataset(
                    f"{place / file} is not the registered file: its SHA-256 differs",
                    help=f"Get the original again, or point {VARIABLE} to another folder.",
                )
        return place
    looked = "; ".join(incomplete) or ", ".join(map(str, folders)) or "no folder"
    raise UnknownDataset(
        f"data set '{name}' not found; looked in: {looked}",
        help=f"Set {VARIABLE} to the folder that holds a folder '{name}' with: {', '.join(dataset.files)}.",
    )


def check_use(name: str, *, legal_basis: str) -> None:
    """Refuse a legal basis that the licence of a set does not bear.

    Raises:
        UnknownDataset: the name is not known.
        PlanError: the set is for tests only and the legal basis is `public-licence`.
    """
    dataset = known(name)
    if dataset.use == "test-only" and legal_basis == "public-licence":
        raise PlanError(
            f"source.legal_basis: public-licence, but data set '{name}' is for tests only (licence: {dataset.licence})",
            help="Use a set whose licence is open (`wuming datasets`), or get a licence from its owner.",
        )


def listing() -> list[dict[str, Any]]:
    """Return what is known about every set as JSON objects, with the folder where it was found (None: not found)."""
    rows = []
    for dataset in KNOWN.values():
        found, problem = None, ""
        try:
            found = str(locate(dataset.name))
        except UnknownDataset as error:
            problem = error.message
        rows.append(
            {
                "name": dataset.name,
                "title": dataset.title,
                "licence": dataset.licence,
                "use": dataset.use,
                "serves": dataset.serves,
                "found": found,
                "problem": problem,
            }
        )
    return rows


_READERS: Mapping[str, Callable[[Path], list[Record]]] = {"crosswoz": crosswoz.read}


def load_records(name: str, *, legal_basis: str = "public-licence") -> list[Record]:
    """Read a known set as records, after its licence and its SHA-256 are checked.

    Args:
        name: see `wuming datasets`; today `crosswoz` can be read as records.
        legal_basis: as in a plan's source.

    Raises:
        UnknownDataset: not known, not found, other bytes, or no set of records.
        PlanError: a set for tests only under `public-licence`.
        MalformedRecord, InputTooLarge, EmptyData: the files are not what they should be.
    """
    known(name)
    check_use(name, legal_basis=legal_basis)
    if name not in _READERS:
        raise UnknownDataset(
            f"data set '{name}' is not read as records", help=f"These are: {', '.join(sorted(_READERS))}."
        )
    return _READERS[name](locate(name))
