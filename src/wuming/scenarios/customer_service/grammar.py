"""A small generative grammar that knows where every personal item lands in the text it writes.

Template language: `{rule}` expands a rule afresh, `{=rule}` expands it once a scene and then repeats it, `<item>`
writes a personal item of the scene's persona, `(a|b|)` picks one alternative (an empty one makes the part optional).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import TypeVar

Rule = Sequence[str] | Callable[[Random], str]
Piece = tuple[str, str | None]
"""A stretch of text and the kind of personal data that it is, or None."""

Alternative = TypeVar("Alternative")

_CONTROL = "{}<>(|)"


def words(text: str) -> tuple[str, ...]:
    """Split a list of words at white space; an underscore stands for a space inside a phrase."""
    return tuple(word.replace("_", " ") for word in text.split())


@dataclass
class Text:
    """Text under construction, with exact character offsets of what is personal in it."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    spans: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, text: str, kind: str | None = None) -> None:
        """Append `text`; when `kind` is given, note it as a personal item of that kind."""
        if kind is not None:
            self.spans.append((self.length, self.length + len(text), kind))
        self.parts.append(text)
        self.length += len(text)

    def __str__(self) -> str:
        return "".join(self.parts)


@dataclass(frozen=True)
class _Node:
    kind: str  # "literal", "rule", "remembered", "personal" or "choice"
    value: str = ""
    choices: tuple[tuple[_Node, ...], ...] = ()


@cache
def _parse(template: str) -> tuple[_Node, ...]:
    nodes, end = _sequence(template, 0)
    if end != len(template):
        raise ValueError(f"unbalanced parenthesis in a template at position {end}: {template}")
    return nodes


def _sequence(template: str, position: int) -> tuple[tuple[_Node, ...], int]:
    nodes: list[_Node] = []
    while position < len(template) and template[position] not in "|)":
        character = template[position]
        if character == "(":
            choices: list[tuple[_Node, ...]] = []
            while True:
                branch, position = _sequence(template, position + 1)
                choices.append(branch)
                if position >= len(template):
                    raise ValueError(f"parenthesis is not closed in a template: {template}")
                if template[position] == ")":
                    break
            nodes.append(_Node("choice", choices=tuple(choices)))
            position += 1
        elif character in "{<":
            end = template.index("}" if character == "{" else ">", position)
            name = template[position + 1 : end]
            if character == "<":
                nodes.append(_Node("personal", name))
            elif name.startswith("="):
                nodes.append(_Node("remembered", name[1:]))
            else:
                nodes.append(_Node("rule", name))
            position = end + 1
        else:
            end = position
            while end < len(template) and template[end] not in _CONTROL:
                end += 1
            if end == position:
                raise ValueError(f"stray {character!r} in a template: {template}")
            nodes.append(_Node("literal", template[position:end]))
            position = end
    return tuple(nodes), position


@dataclass
class Scene:
    """One document being written: its coins, what it has already said, and whose personal items it may use.

    Attributes:
        rng: coins of this document.
        rules: the grammar.
        personal: gives the pieces of a personal item by name; raises KeyError for what the persona has not.
        memory: what `{=rule}` has chosen so far; may be filled beforehand.
        skew: 1 chooses alternatives evenly; above it, the first ones more often, as people's concerns and words are.
    """

    rng: Random
    rules: Mapping[str, Rule]
    personal: Callable[[str], Sequence[Piece]] | None = None
    memory: dict[str, str] = field(default_factory=dict)
    skew: float = 1.0

    def pick(self, alternatives: Sequence[Alternative]) -> Alternative:
        """Choose one alternative: the place is u**skew of the way, with u uniform."""
        return alternatives[int(self.rng.random() ** self.skew * len(alternatives))]

    def write(self, template: str, text: Text) -> None:
        """Expand `template` at the end of `text`."""
        self._write(_parse(template), text)

    def say(self, template: str) -> str:
        """Expand a template that holds no personal item."""
        text = Text()
        self.write(template, text)
        return str(text)

    def _write(self, nodes: tuple[_Node, ...], text: Text) -> None:
        for node in nodes:
            if node.kind == "literal":
                text.add(node.value)
            elif node.kind == "choice":
                self._write(self.pick(node.choices), text)
            elif node.kind == "rule":
                self._rule(node.value, text)
            elif node.kind == "remembered":
                if node.value not in self.memory:
                    self.memory[node.value] = self.say("{" + node.value + "}")
                text.add(self.memory[node.value])
            else:
                if self.personal is None:
                    raise ValueError(f"template asks for the personal item {node.value!r} where none is allowed")
                for piece, kind in self.personal(node.value):
                    text.add(piece, kind)

    def _rule(self, name: str, text: Text) -> None:
        rule = self.rules[name]
        if callable(rule):
            text.add(rule(self.rng))
        else:
            self._write(_parse(self.pick(rule)), text)


def undefined_rules(rules: Mapping[str, Rule], *, roots: Sequence[str]) -> set[str]:
    """Return the names that templates use and `rules` does not define (a check for grammars; empty is good)."""
    missing: set[str] = set()
    seen: set[str] = set()

    def walk(nodes: tuple[_Node, ...]) -> None:
        for node in nodes:
            for branch in node.choices:
                walk(branch)
            if node.kind in {"rule", "remembered"} and node.value not in seen:
                seen.add(node.value)
                rule = rules.get(node.value)
                if rule is None:
                    missing.add(node.value)
                elif not callable(rule):
                    for template in rule:
                        walk(_parse(template))

    for root in roots:
        walk(_parse(root))
    return missing
