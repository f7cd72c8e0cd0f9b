"""Policies: profiles that ship, one's own recognisers and lists, and errors that name file, line and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from wuming.core.errors import InputTooLarge, MissingFile, PlanError, WrongEncoding
from wuming.deidentification import KINDS
from wuming.deidentification.operators import OPTIONS
from wuming.deidentification.policy.loading import PROFILES, find_policy, load_policy, load_policy_text, load_profile
from wuming.deidentification.policy.own import CHECKSUMS

KEY = b"0123456789abcdef0123456789abcdef"
TEXT = "我叫张伟，电话13812345678，邮箱zhangwei@corp.cn，地址：广东省深圳市南山区科技园路1号"


@pytest.mark.parametrize("name", PROFILES)
def test_profiles_leave_no_direct_identifier(name: str) -> None:
    policy = load_profile(name)
    assert policy.name == name
    result = policy.deidentifier(KEY).deidentify(TEXT, subject="s").text
    for word in ("张伟", "13812345678", "zhangwei@corp.cn", "南山区", "科技园路1号"):
        assert word not in result
    assert policy.digest == load_profile(name).digest
    assert find_policy(name) == policy


def test_profiles_differ_where_they_should() -> None:
    texts = {name: load_profile(name).deidentifier(KEY).deidentify(TEXT, subject="s").text for name in PROFILES}
    assert len(set(texts.values())) == len(PROFILES)
    assert "<PERSON_" in texts["prompt"]
    assert "[姓名]" in texts["pipl-strict"]
    assert "广东省" in texts["hipaa-safe-harbor"]
    assert "深圳" not in texts["hipaa-safe-harbor"]
    assert "广东省深圳市" in texts["analytics"]


@pytest.mark.parametrize("name", ["training", "pipl-strict", "hipaa-safe-harbor"])
def test_what_must_not_be_restored_cannot_be(name: str) -> None:
    policy = load_profile(name)
    operators = {setting.operator for setting in (policy.default, *policy.operators.values())}
    assert "encrypt" not in operators
    assert "SECRET" in policy.operators or policy.default.operator == "redact"


def test_hipaa_knows_small_areas_and_high_ages() -> None:
    policy = load_profile("hipaa-safe-harbor")
    from wuming.core.ports import Span

    def one(text: str, kind: str) -> str:
        class Whole:
            def find(self, text: str) -> list[Span]:
                return [Span(0, len(text), kind)]

        return policy.deidentifier(KEY, detector=Whole()).deidentify(text, subject="s", language="en").text

    assert one("12 Main St, Springfield, IL 62704", "ADDRESS") == "IL 627**"
    assert one("12 Main St, Somewhere, NV 89310", "ADDRESS") == "NV 893**".replace("893", "000")
    assert one("92 years old", "AGE") == "90+ years old"
    assert one("89 years old", "AGE") == "89 years old"
    assert one("March 3, 1930", "DATE_OF_BIRTH") == "1936 or earlier"
    assert one("March 3, 1980", "DATE_OF_BIRTH") == "1980"


OWN = """
extends: training
types: [PHONE, EMAIL, EMPLOYEE_ID, DEPARTMENT, ORGANIZATION]
thresholds: {EMAIL: 0.9}
operators:
  EMPLOYEE_ID: token
  DEPARTMENT: redact
  ORGANIZATION: redact
allow:
  "*": ["13800138000"]
  EMAIL: [Support@Corp.cn]
deny:
  ORGANIZATION: [蓝鸟计划, Blue Bird]
recognizers:
  - {name: employee, type: EMPLOYEE_ID, regex: 'E-[0-9]{6}', context: [工号], score: 0.3}
  - {name: member, type: EMPLOYEE_ID, regex: 'M[0-9]{8}', checksum: luhn}
  - {name: department, type: DEPARTMENT, words: [机要科, Back Office]}
"""


def test_own_recognisers_lists_and_thresholds() -> None:
    policy = load_policy_text(OWN, name="own.yaml")
    detector = policy.detector()

    def found(text: str) -> list[tuple[str, str]]:
        return [(text[span.start : span.end], span.kind) for span in detector.find(text)]

    assert found("工号E-123456") == [("E-123456", "EMPLOYEE_ID")]
    assert found("见E-123456") == []  # below the threshold without the word
    assert found("会员M12345674和M12345675") == [("M12345674", "EMPLOYEE_ID")]
    assert found("在机要科，back office") == [("机要科", "DEPARTMENT"), ("back office", "DEPARTMENT")]
    assert found("参加蓝鸟计划，Blue Bird，bluebirds") == [("蓝鸟计划", "ORGANIZATION"), ("Blue Bird", "ORGANIZATION")]
    assert found("客服138 0013 8000，support@corp.cn，我的13812345678") == [("13812345678", "PHONE")]
    assert found("我叫张伟") == []  # not among the types
    deidentified = policy.deidentifier(KEY).deidentify("工号E-123456在机要科", subject="s").text
    assert deidentified.startswith("工号<EMPLOYEE_ID_")
    assert deidentified.endswith("在[DEPARTMENT]")
    [explained] = detector.explain("工号E-123456")
    assert explained.layout == "E-[0-9]{6}"
    assert "own.yaml:15" in explained.source


def test_a_rule_changes_the_digest() -> None:
    policy = load_policy_text(OWN, name="own.yaml")
    for old, new in (
        ("score: 0.3", "score: 0.4"),
        ("luhn", "nhs_check"),
        ("机要科", "机要处"),
        ("13800138000", "1"),
        ("0.9", "0.8"),
    ):
        other = load_policy_text(OWN.replace(old, new), name="own.yaml")
        assert other.digest != policy.digest
        assert other.detector().ruleset_digest != policy.detector().ruleset_digest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("min_scor: 0.5", "p.yaml:1:1: min_scor unknown key; did you mean `min_score`?"),
        ("min_score: 3", "p.yaml:1:1: min_score must be"),
        ("min_score: true", "min_score must be"),
        ("extends: nothing", "extends must be one of training"),
        ("operators: {PERSN: redact}", "operators.PERSN is no known type; did you mean PERSON?"),
        ("operators:\n  PHONE: rot13", "p.yaml:2:3: operators.PHONE must name an operator"),
        ("operators: {PHONE: {operator: surrogate, days: 3}}", "operators.PHONE.days is no option of surrogate"),
        ("operators: {AGE: {operator: generalise, width: 99}}", "operators.AGE.width must be a whole number"),
        ("operators: {PERSON: {operator: surrogate, keep: [age]}}", "operators.PERSON.keep must be some of"),
        ("operators: {PERSON: {operator: surrogate, keep: gender}}", "operators.PERSON.keep must be some of"),
        ("default: 5", "default must be a mapping"),
        ("thresholds: {PHONE: 0}", "thresholds.PHONE must be a number"),
        ("languages: [fr]", "languages must be"),
        ("types: [PHON]", "types.0 is no known type"),
        ("allow: [a]", "allow must be a mapping"),
        ("allow: {'*': [5]}", "allow.*.0 must be text; put it in quotes"),
        ("deny: {'*': [a]}", "deny.* must be a type"),
        ("recognizers: {}", "recognizers must be a list"),
        ("recognizers: [{name: a, type: AB}]", "recognizers.0 needs either `regex` or `words`"),
        ("recognizers: [{name: a, type: AB, regex: '(a+)+'}]", "p.yaml:1:35: recognizers.0.regex has no bound"),
        ("recognizers: [{name: A, type: AB, regex: x}]", "recognizers.0.name must be small letters"),
        ("recognizers: [{name: a, type: b, regex: x}]", "recognizers.0.type must be capital letters"),
        ("recognizers: [{name: a, type: AB, regex: x, checksum: y}]", "recognizers.0.checksum must be one of"),
        ("a: &b c", "p.yaml:1:4: anchors"),
        ("- a", "policy must be a mapping"),
        (": :", "p.yaml:1:"),
    ],
)
def test_errors_name_file_line_and_field(text: str, expected: str) -> None:
    with pytest.raises(PlanError) as caught:
        load_policy_text(text, name="p.yaml")
    assert expected in str(caught.value)
    assert caught.value.help


def test_all_problems_come_at_once_and_no_listed_word_is_repeated() -> None:
    with pytest.raises(PlanError) as caught:
        load_policy_text("min_score: 2\nallow: {'*': [张伟]}\ndeny: {PERSON: [张伟]}", name="p.yaml")
    assert "2 problems" in str(caught.value)
    assert "p.yaml:3:17: deny.PERSON.0 is allowed as well" in str(caught.value)
    assert "张伟" not in str(caught.value)


def test_files(tmp_path: Path) -> None:
    with pytest.raises(MissingFile):
        load_policy(tmp_path / "none.yaml")
    file = tmp_path / "p.yaml"
    file.write_bytes(b"name: \xff")
    with pytest.raises(WrongEncoding):
        load_policy(file)
    file.write_bytes(b"#" * (5 << 20))
    with pytest.raises(InputTooLarge):
        load_policy(file)
    file.write_text("")
    assert load_policy(file).default.operator == "surrogate"


def test_known_names_are_those_of_the_code() -> None:
    assert {"luhn", "mod_97", "resident_check", "uscc_check", "calendar_date"} <= set(CHECKSUMS)
    assert CHECKSUMS["resident_check"]("11010519491231002X")
    assert not CHECKSUMS["resident_check"]("110105194912310021")
    assert not CHECKSUMS["luhn"]("no digits")
    for name in PROFILES:
        policy = load_profile(name)
        assert set(policy.operators) <= set(KINDS)
        assert {setting.operator for setting in policy.operators.values()} <= set(OPTIONS)
