"""Records: fields by name, content and path; dialogues as one text; subjects; there and back again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wuming.deidentification import Deidentifier, Detector, Vault
from wuming.deidentification.structured.chunks import Chunk, record_chunks, text_chunks
from wuming.deidentification.structured.columns import by_name, fixed_fields, pattern_of
from wuming.deidentification.structured.formats import Csv, JsonLines, Parsed, Row, leaves_of, with_leaves
from wuming.deidentification.structured.leaves import Leaf
from wuming.deidentification.structured.processing import Fields, deidentified, restored, spans_of

KEY = b"0123456789abcdef0123456789abcdef"
DETECTOR = Detector()
NO_FIELDS = Fields({}, DETECTOR.kinds)


def through(record: Any, fields: Fields = NO_FIELDS, operator: str = "surrogate") -> Any:
    """Return a record as it comes out."""
    raw = json.dumps(record, ensure_ascii=False)
    reader = JsonLines()
    parsed = reader.parse(raw, "line 1")
    [one] = deidentified([parsed], ["1"], Deidentifier(DETECTOR, KEY, operator), fields)
    return json.loads(reader.render(raw, parsed, one.new))


OPENAI = {
    "id": 7,
    "model": "m",
    "messages": [
        {"role": "system", "content": "You help."},
        {"role": "user", "content": "收件人：张伟，电话13812345678"},
        {
            "role": "assistant",
            "content": [{"type": "text", "text": "张伟先生您好"}],
            "tool_calls": [{"function": {"name": "look_up", "arguments": '{"phone": "13812345678"}'}}],
        },
    ],
}
SHAREGPT = {
    "conversations": [{"from": "human", "value": "My name is Sarah Miller"}, {"from": "gpt", "value": "Hi Sarah!"}]
}


def test_chats_are_one_text_and_only_what_is_personal_changes() -> None:
    new = through(OPENAI)
    text = new["messages"][1]["content"]
    person, phone = text.removeprefix("收件人：").split("，电话")
    assert person != "张伟"
    assert new["messages"][2]["content"][0]["text"].startswith(person)
    assert json.loads(new["messages"][2]["tool_calls"][0]["function"]["arguments"]) == {"phone": phone}
    assert new["messages"][0] == OPENAI["messages"][0]  # type: ignore[index]
    assert new["messages"][2]["tool_calls"][0]["function"]["name"] == "look_up"
    assert (new["id"], new["model"]) == (7, "m")
    english = through(SHAREGPT)
    name = english["conversations"][0]["value"].removeprefix("My name is ")
    assert english["conversations"][1]["value"] == f"Hi {name.split()[0]}!"
    assert english["conversations"][0]["from"] == "human"


def test_no_recogniser_reads_from_one_leaf_into_the_next() -> None:
    record = {"a": "1381234", "b": "5678"}
    assert through(record) == record


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("電話", "PHONE"),
        ("身分證字號", "TW_ID"),
        ("通訊地址", "ADDRESS"),
        ("mobile", "PHONE"), ("customerPhone", "PHONE"), ("phone_number", "PHONE"), ("手机号", "PHONE"),
        ("E-Mail", "EMAIL"), ("billing_email", "EMAIL"), ("phone_model", None), ("stage", None),
        ("姓名", "PERSON"), ("firstName", "PERSON"), ("id_card", "CN_RESIDENT_ID"), ("dob", "DATE_OF_BIRTH"),
        ("name", None), ("text", None), ("password", "SECRET"),
    ],
)  # fmt: skip
def test_names_of_fields(name: str, kind: str | None) -> None:
    assert by_name((name,)) == kind
    assert by_name(("user", 0, name)) == kind


def test_fields_by_content() -> None:
    people = ["张伟", "李娜", "王芳", "刘洋", "陈静", "赵敏"]
    goods = ["红富士苹果", "保温杯", "数据线", "蓝牙耳机", "运动鞋", "台灯"]
    rows = [
        [
            Leaf(("name",), person),
            Leaf(("product", "name"), thing),
            Leaf(("contact",), f"u{n}@corp.cn"),
            Leaf(("n",), "5"),
        ]
        for n, (person, thing) in enumerate(zip(people, goods, strict=True))
    ]
    assert fixed_fields(rows, DETECTOR) == {"name": "PERSON", "contact": "EMAIL"}
    assert fixed_fields(rows[:3], DETECTOR) == {}  # too few say nothing
    assert pattern_of(("messages", 3, "content")) == "messages.*.content"


def test_a_whole_field_is_replaced_even_where_the_detector_sees_nothing() -> None:
    fields = Fields({"nick": "PERSON", "users.*.note": "keep", "code": "OTHER"}, DETECTOR.kinds)
    record = {"nick": " 阿花 ", "code": "x", "users": [{"note": "13812345678"}], "empty": "", "none": "无"}
    new = through(record, fields, "redact")
    assert new == {**record, "nick": " [姓名] "}


def test_subjects_are_named_found_or_shared() -> None:
    def subject(record: dict[str, Any], named: str = "") -> str:
        return JsonLines(named).parse(json.dumps(record), "x").subject

    assert subject({"id": 1, "subject": "a"}) == "a"
    assert subject({"id": 1, "user_id": 5}) == "5"
    assert subject({"id": 1}) == "1"
    assert subject({"text": "x"}) == ""
    assert subject({"id": 1, "subject": "a", "who": "b"}, "who") == "b"
    csv = Csv(("ID", "User_ID", "text"), ",")
    assert csv.parse("1,u5,hello\n", "x").subject == "u5"
    assert Csv(("ID", "text"), ",").parse("1,hello\n", "x").subject == "1"
    assert Row("who").parse_value({"id": 3, "who": "w", "text": "t"}).subject == "w"


def test_records_of_one_subject_agree_and_others_do_not() -> None:
    def phone(subject: str, identifier: int) -> str:
        found: str = through({"id": identifier, "subject": subject, "text": "电话13812345678"})["text"]
        return found

    assert phone("a", 1) == phone("a", 2) != phone("b", 1)


def test_there_and_back_again(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "v.db", KEY)
    deidentifier = Deidentifier(DETECTOR, KEY, "token", vault=vault)
    reader = JsonLines()
    for number, record in enumerate((OPENAI, SHAREGPT, {"text": "电话138 1234 5678，13812345678"}), 1):
        raw = json.dumps(record, ensure_ascii=False)
        parsed = reader.parse(raw, "x")
        [one] = deidentified([parsed], [str(number)], deidentifier, NO_FIELDS)
        vault.put_many(one.entries)
        new = reader.render(raw, parsed, one.new)
        assert new != raw
        again = reader.parse(new, "x")
        back, counts = restored(again, str(number), deidentifier)
        assert reader.render(new, again, back) == raw
        assert counts.restored == len(one.found)
        assert counts.unknown == 0
        # Renamed, it is known by its subject still; a spelling may be the other's then.
        back, counts = restored(again, "another", deidentifier)
        assert counts.restored == len(one.found)


def test_unknown_tokens_are_left_and_counted(tmp_path: Path) -> None:
    deidentifier = Deidentifier(DETECTOR, KEY, "token", vault=Vault(tmp_path / "v.db", KEY))
    result = deidentifier.deidentify("电话13812345678", subject="s").text
    token = result.removeprefix("电话")
    for spelled in (token, token.lower(), token.replace("_", "\\_"), f"＜{token[1:-1]}＞", f"< {token[1:-1]} >"):
        assert deidentifier.restore(f"call {spelled}!", subject="s").text == "call 13812345678!"
    wrong = token[:-2] + ("A" if token[-2] != "A" else "B") + ">"
    left = deidentifier.restore(f"{token} {wrong} <PERSON_7K2Q9MXD> ⟦PHONE:0123456789ab⟧ <b>", subject="s")
    assert left.text == f"13812345678 {wrong} <PERSON_7K2Q9MXD> ⟦PHONE:0123456789ab⟧ <b>"
    assert (left.restored, left.unknown) == (1, 3)


def test_values_of_parquet_rows() -> None:
    value = {"id": 1, "a": ["x", {"b": "y"}], "n": 13812345678, "m": 5, "f": 1.5, "z": None}
    leaves = leaves_of(value)
    assert [(leaf.path, leaf.text, leaf.number) for leaf in leaves] == [
        (("a", 0), "x", False),
        (("a", 1, "b"), "y", False),
        (("n",), "13812345678", True),
    ]
    with_leaves(value, leaves, {1: "new", 2: "15400000000"})
    assert value["a"] == ["x", {"b": "new"}]
    assert value["n"] == 15400000000
    with_leaves(value, leaves, {2: "[PHONE]"})
    assert value["n"] is None


# --- chunks --------------------------------------------------------------------------------------------------------


def chunks(data: bytes, tmp_path: Path, *, quoted: bool = False, text: bool = False) -> list[Chunk]:
    path = tmp_path / "f"
    path.write_bytes(data)
    with path.open("rb") as file:
        return list(text_chunks(file, "f") if text else record_chunks(file, "f", quoted=quoted))


@pytest.mark.parametrize("text", [False, True])
def test_chunks_hold_everything_and_can_be_taken_up_anywhere(tmp_path: Path, text: bool) -> None:
    data = "".join(f"第{n}行：你好，{'x' * (n % 300)}\n" + ("\n" if n % 7 == 0 else "") for n in range(6000)).encode()
    found = chunks(data, tmp_path, text=text)
    assert len(found) > 3
    assert "".join(raw for chunk in found for raw in chunk.raws).encode() == data
    assert found[-1].end == len(data)
    for place in (1, 2, len(found) - 1):
        before = found[place - 1]
        with (tmp_path / "f").open("rb") as file:
            file.seek(before.end)
            first, line = found[place].first, found[place].line
            make = text_chunks if text else record_chunks
            assert list(make(file, "f", first=first, line=line)) == found[place:]
        assert line == data[: before.end].count(b"\n") + 1


def test_a_long_line_of_text_is_cut_between_sentences(tmp_path: Path) -> None:
    data = ("今天很好。" * 600_000).encode()
    found = chunks(data, tmp_path, text=True)
    assert all(chunk.raws[0].endswith("。") for chunk in found)
    assert max(len(chunk.raws[0]) for chunk in found) <= 1 << 20
    assert "".join(chunk.raws[0] for chunk in found).encode() == data


def test_rows_go_on_within_quotes(tmp_path: Path) -> None:
    [chunk] = chunks(b'a,"b\nc"\nd,e\n', tmp_path, quoted=True)
    assert chunk.raws == ('a,"b\nc"\n', "d,e\n")


def test_empty_lines_are_records_without_leaves() -> None:
    assert JsonLines().parse("\n", "x") == Parsed((), None, "", [])
    assert Csv(("a",), ",").parse("\r\n", "x") == Parsed((), None, "", [])


def test_spans_are_sorted_and_disjoint_within_each_leaf() -> None:
    record = JsonLines().parse(json.dumps({"b": "13812345678 a@b.cn", "a": "张伟先生 10.1.2.3"}), "x")
    [found] = spans_of([record], DETECTOR, NO_FIELDS)
    assert found == sorted(found)
    assert len({leaf for leaf, _ in found}) == 2
