"""Documents from disk: the same as from memory, read when asked for, refused without their content."""

from __future__ import annotations

import json

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import (
    DuplicateId,
    EmptyData,
    MalformedRecord,
    MissingSubject,
    PrivacyParameterError,
    StorageError,
    WumingError,
)
from wuming.training.text import documents as module
from wuming.training.text.documents import Document, read_documents, stream_units
from wuming.training.text.tokenizer import Tokenizer
from wuming.training.text.units import as_documents, classification_units, language_units


@pytest.fixture(scope="module")
def tokens():
    return Tokenizer.train(["where is my order it is late", "到哪了"] * 3, vocabulary=300)


def write(path, lines, *, mark=b""):
    path.write_bytes(mark + b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines))
    return path


LINES = [
    {"id": i, "subject": f"u{i % 4}", "text": "where is my order " * (1 + i % 3) + "到哪了", "label": i % 2}
    for i in range(11)
] + [{"id": 99, "subject": "u1", "messages": [{"role": "assistant", "content": "it is late"}]}]


def same(first, second):
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)
    return first == second


@pytest.mark.parametrize("unit", ["subject", "document", "record"])
def test_streamed_and_read_documents_make_the_same_sequences(tmp_path, tokens, unit):
    path = write(tmp_path / "d.jsonl", LINES, mark=b"\xef\xbb\xbf")
    streamed, read = stream_units(path, unit=unit), read_documents(path, unit=unit)
    assert [streamed[i] for i in range(len(streamed))] == read
    from_disk = language_units(streamed, tokens, max_tokens=12)
    from_memory = language_units(read, tokens, max_tokens=12)
    assert from_disk.labels == from_memory.labels
    assert from_disk.members == from_memory.members
    assert from_disk.lengths.tolist() == from_memory.lengths.tolist()
    everything = list(range(from_disk.size))
    assert same(from_disk.fetch(everything), from_memory.fetch(everything))
    assert len(set(from_disk.labels)) == {"subject": 4, "document": 12, "record": 12}[unit]


def test_labelled_texts_are_the_same_from_disk_and_memory(tmp_path, tokens):
    path = write(tmp_path / "d.jsonl", LINES[:-1])
    made = [
        classification_units(d, tokens, ("0", "1"), max_tokens=9) for d in (stream_units(path), read_documents(path))
    ]
    batches = [units.fetch([3, 0, 7]) for units in made]
    assert same(*batches)
    assert batches[0]["labels"].tolist() == [1, 0, 1]
    assert batches[0]["input_ids"].shape == (3, 9)


def test_text_is_read_when_asked_for_and_never_kept(tmp_path, tokens, monkeypatch):
    path = write(tmp_path / "d.jsonl", LINES)
    units = language_units(stream_units(path), tokens, max_tokens=12)
    opened = []
    real = module.reading.open_file
    monkeypatch.setattr(module.reading, "open_file", lambda p: opened.append(p) or real(p))
    units.fetch([0, 1])
    assert opened == [path] * len(opened)
    assert opened


def test_a_file_that_changed_is_refused(tmp_path, tokens):
    path = write(tmp_path / "d.jsonl", LINES)
    streamed = stream_units(path)
    write(path, LINES[:-1])
    with pytest.raises(StorageError, match="has changed"):
        streamed[0]


@pytest.mark.parametrize(
    ("fields", "unit", "error"),
    [
        ({"id": 1, "text": "secret"}, "subject", MissingSubject),
        ({"subject": "secret", "text": "secret"}, "document", MissingSubject),
        ({"subject": "secret"}, "subject", MalformedRecord),
        ({"subject": "secret", "text": "  "}, "subject", MalformedRecord),
        ({"subject": 1.5, "text": "secret"}, "subject", MalformedRecord),
        ({"subject": "s", "messages": "secret"}, "subject", MalformedRecord),
        ({"subject": "s", "messages": [{"role": "secret", "content": "x"}]}, "subject", MalformedRecord),
        ({"subject": "s", "text": "x", "label": 0.5}, "subject", MalformedRecord),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_without_content(tmp_path, fields, unit, error):
    path = write(tmp_path / "d.jsonl", [{"id": 0, "subject": "a", "text": "fine"}, fields])
    for reader in (stream_units, read_documents):
        with pytest.raises(error, match="line 2") as caught:
            reader(path, unit=unit)
        assert "secret" not in str(caught.value)


def test_an_id_twice_and_an_empty_file_are_refused(tmp_path):
    line = {"id": 1, "text": "x"}
    for reader in (stream_units, read_documents):
        with pytest.raises(DuplicateId, match="line 2"):
            reader(write(tmp_path / "d.jsonl", [line, line]), unit="document")
        with pytest.raises(EmptyData):
            reader(write(tmp_path / "e.jsonl", []))
    with pytest.raises(MalformedRecord, match="only JSONL"):
        stream_units(tmp_path / "d.csv")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=80))
def test_no_bytes_bring_the_reader_down(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("bytes") / "d.jsonl"
    path.write_bytes(data)
    try:
        found = stream_units(path, unit="record")
    except WumingError:
        return
    assert all(isinstance(found[i], Document) for i in range(len(found)))


def test_labels_are_a_public_list(tokens):
    documents = as_documents([{"subject": "a", "text": "x", "label": "good"}], "subject")
    with pytest.raises(MalformedRecord, match="record 1") as caught:
        classification_units(documents, tokens, ("bad", "worse"), max_tokens=8)
    assert "good" not in str(caught.value)
    for labels in (("good",), ("good", "good")):
        with pytest.raises(PrivacyParameterError):
            classification_units(documents, tokens, labels, max_tokens=8)
