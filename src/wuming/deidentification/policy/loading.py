"""Policy files: YAML in, a checked `Policy` out; all problems at once, each with file, line, column and field.

Lists of allowed and denied words may hold names of people: no error repeats a word that stands in them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from wuming.core.errors import InputTooLarge, PlanError, WrongEncoding
from wuming.core.reading import open_file
from wuming.core.yaml_positions import FieldPath, Position, listed_problems, parse_file, position_of
from wuming.deidentification.kinds import KINDS
from wuming.deidentification.normalisation import canonical_value
from wuming.deidentification.operators import OPTIONS, Setting
from wuming.deidentification.operators.setting import RANGES
from wuming.deidentification.policy.expressions import ExpressionProblem
from wuming.deidentification.policy.own import CHECKSUMS, Own
from wuming.deidentification.policy.policy import Policy
from wuming.deidentification.policy.rules import EVERY_KIND, Rules
from wuming.deidentification.specification import TAKEN, Specification

LARGEST_POLICY: Final = 4 * 2**20
PROFILES: Final = ("training", "prompt", "analytics", "pipl-strict", "hipaa-safe-harbor")
WHOLE_FIELDS: Final = ("text", "keep")
"""What a field may be besides one value of a type."""

_FOLDER = Path(__file__).parent / "profiles"
_KIND = re.compile(r"[A-Z][A-Z0-9_]{1,39}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LANGUAGES = ("zh", "en")
_FIELDS = (
    "name", "extends", "languages", "min_score", "types", "thresholds", "default", "operators", "allow", "deny",
    "recognizers", "fields",
)  # fmt: skip
_OWN_FIELDS = ("name", "type", "regex", "words", "checksum", "context", "score")


def load_policy(path: Path) -> Policy:
    """Read and check a policy file.

    Raises:
        MissingFile: no such file.
        InputTooLarge: over 4 MiB.
        WrongEncoding: not UTF-8.
        PlanError: fields that are unknown, missing, of the wrong kind, or do not fit together; regular expressions that
            are refused.
    """
    return load_policy_text(_read(path), name=str(path))


def load_profile(name: str) -> Policy:
    """Return a policy that ships: `training`, `prompt`, `analytics`, `pipl-strict` or `hipaa-safe-harbor`.

    Raises:
        PlanError: another name.
    """
    if name not in PROFILES:
        raise PlanError(f"no profile of this name: {name}", help=f"Use one of {', '.join(PROFILES)}, or a file.")
    return load_policy_text(policy_text(name), name=name)


def policy_text(name: str) -> str:
    """Return the YAML of the profile of this name, or else of the file of this name. Raises as `load_policy`."""
    return (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8") if name in PROFILES else _read(Path(name))


def _read(path: Path) -> str:
    with open_file(path) as file:
        data = file.read(LARGEST_POLICY + 1)
    if len(data) > LARGEST_POLICY:
        raise InputTooLarge(f"the policy is larger than {LARGEST_POLICY >> 20} MiB: {path}", help="Shorten its lists.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    raise WrongEncoding(f"the policy is not UTF-8: {path}, line {line}", help="Save the file as UTF-8.")


def find_policy(name: str) -> Policy:
    """Return the profile of this name, or else the policy in the file of this name. Raises as both."""
    return load_policy_text(policy_text(name), name=name)


def load_policy_text(text: str, *, name: str) -> Policy:
    """Check a policy given as YAML text; `name` stands for it in errors. Raises as `load_policy`."""
    value, positions = parse_file(text, name=name)
    return _Reader(name, positions).policy(value if value is not None else {})


class _Reader:
    """Reads the fields of one policy and gathers what is wrong with them."""

    def __init__(self, name: str, positions: Mapping[FieldPath, Position]) -> None:
        self._file, self._positions = name, positions
        self._problems: list[tuple[FieldPath, str]] = []

    def policy(self, value: Any) -> Policy:
        """Return the policy, or raise all problems at once."""
        fields = self._mapping(value, ())
        self._known(fields, (), _FIELDS)
        base = self._base(fields)
        own = self._own(fields.get("recognizers", []))
        deny = self._lists(fields.get("deny", {}), "deny", any_kind=False)
        allow = {
            kind: frozenset(canonical_value(word, "" if kind == EVERY_KIND else kind) for word in words)
            for kind, words in self._lists(fields.get("allow", {}), "allow", any_kind=True).items()
        }
        kinds = {*KINDS, *(kind for one in own for kind in one.kinds), *deny}
        kinds |= base.rules.own_kinds if base else set()
        self._refuse_contradictions(allow, deny)
        operators = self._operators(fields.get("operators", {}), kinds)
        policy = Policy(
            name=self._text(fields, "name") or Path(self._file).stem,
            languages=self._languages(fields, base),
            min_score=self._score(fields, "min_score", base.min_score if base else TAKEN),
            rules=Rules(
                recognizers=(*(base.rules.recognizers if base else ()), *own),
                allow={**(base.rules.allow if base else {}), **allow},
                deny={**(base.rules.deny if base else {}), **deny},
                thresholds={
                    **(base.rules.thresholds if base else {}),
                    **self._thresholds(fields.get("thresholds", {}), kinds),
                },
                kinds=self._types(fields, kinds) or (base.rules.kinds if base else ()),
            ),
            default=self._setting(fields["default"], ("default",))
            if "default" in fields
            else base.default
            if base
            else Setting("surrogate"),
            operators={**(base.operators if base else {}), **operators},
            fields={**(base.fields if base else {}), **self._fields(fields.get("fields", {}), kinds)},
        )
        self._raise()
        return policy

    def _base(self, fields: Mapping[str, Any]) -> Policy | None:
        name = self._text(fields, "extends")
        if not name:
            return None
        if name not in PROFILES:
            self._problem(("extends",), f"must be one of {', '.join(PROFILES)}")
            return None
        return load_profile(name)

    def _own(self, value: Any) -> list[Specification]:
        found: list[Specification] = []
        names: set[str] = set()
        for place, entry in enumerate(self._sequence(value, ("recognizers",))):
            path: FieldPath = ("recognizers", place)
            fields = self._mapping(entry, path)
            self._known(fields, path, _OWN_FIELDS)
            before = len(self._problems)
            name, kind = self._text(fields, "name", path), self._text(fields, "type", path)
            if not _NAME.fullmatch(name) or name in names:
                self._problem((*path, "name"), "must be small letters, digits and _, once in the policy")
            names.add(name)
            if not _KIND.fullmatch(kind):
                self._problem((*path, "type"), "must be capital letters, digits and _, such as EMPLOYEE_ID")
            regex, words = self._text(fields, "regex", path), self._words(fields.get("words", []), (*path, "words"))
            if bool(regex) == bool(words):
                self._problem(path, "needs either `regex` or `words`")
            checksum = self._text(fields, "checksum", path)
            if checksum and (checksum not in CHECKSUMS or words):
                self._problem((*path, "checksum"), f"must be one of {', '.join(sorted(CHECKSUMS))}, beside a regex")
            context = self._words(fields.get("context", []), (*path, "context"))
            score = self._score(fields, "score", 1.0 if words else 0.6, path)
            if len(self._problems) > before:
                continue
            source = f"{self._file}:{position_of(path, self._positions).line}"
            try:
                found.append(Own(name, kind, regex, words, checksum, context, score, source).specification())
            except ExpressionProblem as error:
                self._problem((*path, "regex"), f"{error.what}. {error.help}")
        return found

    def _lists(self, value: Any, field: str, *, any_kind: bool) -> dict[str, tuple[str, ...]]:
        found = {}
        for kind, words in self._mapping(value, (field,)).items():
            if not _KIND.fullmatch(kind) and not (any_kind and kind == EVERY_KIND):
                self._problem((field, kind), "must be a type in capital letters" + (", or '*'" if any_kind else ""))
            found[kind] = self._words(words, (field, kind))
        return found

    def _refuse_contradictions(self, allow: Mapping[str, frozenset[str]], deny: Mapping[str, tuple[str, ...]]) -> None:
        for kind, words in deny.items():
            allowed = allow.get(kind, frozenset()) | allow.get(EVERY_KIND, frozenset())
            for place, word in enumerate(words):
                if canonical_value(word, kind) in allowed:
                    self._problem(("deny", kind, place), "is allowed as well; leave it in one of the two lists")

    def _operators(self, value: Any, kinds: set[str]) -> dict[str, Setting]:
        found = {}
        for kind, entry in self._mapping(value, ("operators",)).items():
            self._known_kind(kind, kinds, ("operators", kind))
            found[kind] = self._setting(entry, ("operators", kind))
        return found

    def _setting(self, value: Any, path: FieldPath) -> Setting:
        fields: Mapping[str, Any] = {"operator": value} if isinstance(value, str) else self._mapping(value, path)
        operator = fields.get("operator")
        if not isinstance(operator, str) or operator not in OPTIONS:
            self._problem(path, f"must name an operator: {', '.join(OPTIONS)}")
            return Setting("redact")
        options: dict[str, Any] = {}
        for name, option in fields.items():
            if name == "operator":
                continue
            if name not in OPTIONS[operator]:
                known = ", ".join(OPTIONS[operator]) or "none"
                self._problem((*path, name), f"is no option of {operator}; known: {known}")
                continue
            fits = name != "keep" or (isinstance(option, list) and all(isinstance(one, str) for one in option))
            options[name] = frozenset(option) if name == "keep" and fits else option
            try:
                Setting(operator, **{name: options[name]})
            except (PlanError, TypeError):
                self._problem((*path, name), RANGES[name])
                del options[name]
        return Setting(operator, **options)

    def _thresholds(self, value: Any, kinds: set[str]) -> dict[str, float]:
        fields = self._mapping(value, ("thresholds",))
        for kind in fields:
            self._known_kind(kind, kinds, ("thresholds", kind))
        return {kind: self._score(fields, kind, TAKEN, ("thresholds",)) for kind in fields}

    def _fields(self, value: Any, kinds: set[str]) -> dict[str, str]:
        found = {}
        for path, kind in self._mapping(value, ("fields",)).items():
            if not isinstance(kind, str) or (kind not in WHOLE_FIELDS and kind not in kinds):
                self._problem(("fields", path), f"must be a known type, or one of {', '.join(WHOLE_FIELDS)}")
            else:
                found[path] = kind
        return found

    def _languages(self, fields: Mapping[str, Any], base: Policy | None) -> tuple[str, ...]:
        if "languages" not in fields:
            return base.languages if base else _LANGUAGES
        found = self._words(fields["languages"], ("languages",))
        if not found or any(language not in _LANGUAGES for language in found):
            self._problem(("languages",), f"must be some of {', '.join(_LANGUAGES)}")
        return found

    def _types(self, fields: Mapping[str, Any], kinds: set[str]) -> tuple[str, ...]:
        found = self._words(fields.get("types", []), ("types",))
        for place, kind in enumerate(found):
            self._known_kind(kind, kinds, ("types", place))
        return found

    def _known_kind(self, kind: str, kinds: set[str], path: FieldPath) -> None:
        if kind not in kinds:
            near = difflib.get_close_matches(kind, kinds, n=1, cutoff=0.6)
            hint = f"did you mean {near[0]}?" if near else "wuming.deidentification.KINDS lists them"
            self._problem(path, f"is no known type; {hint}")

    def _score(self, fields: Mapping[str, Any], name: str, default: float, path: FieldPath = ()) -> float:
        value = fields.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
            self._problem((*path, name), "must be a number above 0 and at most 1")
            return default
        return float(value)

    def _words(self, value: Any, path: FieldPath) -> tuple[str, ...]:
        found = []
        for place, word in enumerate(self._sequence(value, path)):
            if isinstance(word, int | float) and not isinstance(word, bool):
                self._problem((*path, place), "must be text; put it in quotes")
            elif not isinstance(word, str) or not word.strip() or len(word) > 200:
                self._problem((*path, place), "must be text of 1 to 200 characters")
            else:
                found.append(word.strip())
        return tuple(found)

    def _text(self, fields: Mapping[str, Any], name: str, path: FieldPath = ()) -> str:
        value = fields.get(name, "")
        if not isinstance(value, str):
            self._problem((*path, name), "must be text")
            return ""
        return value

    def _mapping(self, value: Any, path: FieldPath) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        self._problem(path, "must be a mapping of names and values")
        return {}

    def _sequence(self, value: Any, path: FieldPath) -> list[Any]:
        if isinstance(value, list):
            return value
        self._problem(path, "must be a list")
        return []

    def _known(self, fields: Mapping[str, Any], path: FieldPath, names: tuple[str, ...]) -> None:
        for name in fields:
            if name not in names:
                near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
                hint = f"did you mean `{near[0]}`?" if near else f"known here: {', '.join(names)}"
                self._problem((*path, name), f"unknown key; {hint}")

    def _problem(self, path: FieldPath, what: str) -> None:
        self._problems.append((path, what))

    def _raise(self) -> None:
        if self._problems:
            raise PlanError(
                listed_problems(self._problems, self._positions, name=self._file, kind="policy"),
                help="Correct these lines; docs/deidentification.md shows every field.",
            )
