"""Detectors of others: a tiny random model, spaCy where it is installed, and the merge."""

from __future__ import annotations

from pathlib import Path

import pytest

from wuming.core.errors import MissingExtra, MissingFile, PlanError
from wuming.core.ports import PersonalDataDetector, Span
from wuming.deidentification import Deidentifier, Detector
from wuming.deidentification.adapters import Joined, adapted

KEY = b"0123456789abcdef0123456789abcdef"
DETECTOR = Detector()


class Fixed:
    """A detector of given spans, in or out of bounds."""

    def __init__(self, *spans: Span) -> None:
        self.spans = list(spans)

    def find(self, text: str) -> list[Span]:
        return self.spans


def test_spans_of_others_join_and_overlaps_are_resolved_once() -> None:
    text = "我叫阿布都，电话13812345678"
    others = Fixed(
        Span(2, 5, "PERSON", 0.9, "other"),
        Span(8, 15, "PERSON", 0.99, "other"),  # within the number: gives way
        Span(90, 95, "PERSON", 0.9, "other"),
        Span(-1, 2, "PERSON", 0.9, "other"),
        Span(0, 1, "NO_TYPE", 0.9, "other"),
    )
    joined = Joined(DETECTOR, [others])
    assert isinstance(joined, PersonalDataDetector)
    found = joined.find(text)
    assert [(span.start, span.end, span.kind) for span in found if span.kind != "PERSON"] == [(8, 19, "PHONE")]
    assert (2, 5, "PERSON") in [(span.start, span.end, span.kind) for span in found]
    position = 0
    for span in found:
        assert position <= span.start < span.end <= len(text)
        position = span.end
    assert "阿布都" not in Deidentifier(joined, KEY).deidentify(text, subject="s").text


def test_no_adapter_changes_nothing_and_unknown_ones_are_refused() -> None:
    assert adapted(DETECTOR, []) is DETECTOR
    for name in ("hf", "hf:", "flair:x", ""):
        with pytest.raises(PlanError):
            adapted(DETECTOR, [name])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two layers that knows nothing, and a tokenizer of single characters."""
    transformers = pytest.importorskip("transformers")
    tokenizers = pytest.importorskip("tokenizers")
    import torch

    torch.manual_seed(0)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz我叫张伟电话0123456789"]
    path = tmp_path_factory.mktemp("model")
    (path / "vocab.txt").write_text("\n".join(words))
    inner = tokenizers.BertWordPieceTokenizer(str(path / "vocab.txt"))
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=inner._tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
        mask_token="[MASK]", model_max_length=512,
    )  # fmt: skip
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16,
        num_labels=5, id2label=dict(enumerate(["O", "B-PER", "I-PER", "B-MISC", "S-LOC"])),
    )  # fmt: skip
    transformers.BertForTokenClassification(config).save_pretrained(path)
    tokenizer.save_pretrained(path)
    return path


def test_a_hugging_face_model_finds_spans_within_bounds(folder: Path) -> None:
    from wuming.deidentification.adapters.hugging_face import HuggingFaceDetector

    detector = HuggingFaceDetector.load(str(folder))
    detector._min_score = 0.0
    for text in ("", "我叫张伟", "hello 张伟 " * 200, "电话0123\u200b", "🙂" * 30):
        position = 0
        for span in detector.find(text):
            assert position <= span.start < span.end <= len(text)
            assert span.kind in ("PERSON", "LOCATION")
            assert span.recognizer == "hf"
            position = span.end
    joined = adapted(DETECTOR, [f"hf:{folder}"])
    assert [span.kind for span in joined.find("电话13812345678") if span.kind == "PHONE"] == ["PHONE"]
    with pytest.raises(MissingFile):
        HuggingFaceDetector.load(str(folder / "none"))


def test_labels_become_spans() -> None:
    """Tokens and probabilities set by hand: B- begins anew, I- goes on, other labels end a span."""
    torch = pytest.importorskip("torch")
    from types import SimpleNamespace

    from wuming.deidentification.adapters.hugging_face import HuggingFaceDetector

    labels = ["O", "B-PER", "I-PER", "S-LOC"]
    wanted = [0, 1, 2, 1, 0, 3, 3]

    def tokenizer(text: str, **options: object) -> dict[str, object]:
        offsets = [[place, place + 1] for place in range(len(text))]
        return {"offset_mapping": torch.tensor([offsets]), "input_ids": torch.zeros(1, len(text))}

    def model(**inputs: object) -> SimpleNamespace:
        logits = torch.full((1, len(wanted), len(labels)), -9.0)
        for place, label in enumerate(wanted):
            logits[0, place, label] = 9.0
        return SimpleNamespace(logits=logits)

    model.config = SimpleNamespace(id2label=dict(enumerate(labels)))  # type: ignore[attr-defined]
    found = HuggingFaceDetector(model, tokenizer).find("abcdefg")
    assert [(span.start, span.end, span.kind) for span in found] == [
        (1, 3, "PERSON"),
        (3, 4, "PERSON"),
        (5, 6, "LOCATION"),
        (6, 7, "LOCATION"),
    ]


def test_spacy_entities_become_spans() -> None:
    spacy = pytest.importorskip("spacy", reason="spaCy is not installed")
    from wuming.deidentification.adapters.spacy import SpacyDetector

    pipeline = spacy.blank("en")
    pipeline.add_pipe("entity_ruler").add_patterns([{"label": "PERSON", "pattern": "Zyx Qwv"}])
    [span] = SpacyDetector(pipeline).find("ask Zyx Qwv now")
    assert (span.start, span.end, span.kind) == (4, 11, "PERSON")


def test_without_spacy_the_error_says_what_to_install() -> None:
    try:
        import spacy  # noqa: F401
    except ImportError:
        with pytest.raises(MissingExtra, match="spaCy"):
            adapted(DETECTOR, ["spacy:en_core_web_sm"])
