"""Numbers that a label vouches for, with the place they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from watcher.extractors.lines import Lines
from watcher.extractors.numbers import AUTH, CODE, INQUIRY, Number, masked, numbers_in
from watcher.extractors.phrases import Phrases

REACH = 2
"""How many non-empty lines below its label a value may stand."""

ABOVE = 60
"""How many lines above a number are searched for labels; a table's heading may stand far above its last row."""
SHORT = 40
"""Characters of a line that may stand between a label and its value."""
NEAR = 8
"""How many labels of one line are looked at."""

_SKIPPED = re.compile(r"\([^()]{0,20}\)|[::=】」』\])>・|\s]|は|が")


class Role(StrEnum):
    """What a labelled number is."""

    INQUIRY = "inquiry"
    AUTH = "auth"
    CODE = "code"


_LENGTHS = {Role.INQUIRY: INQUIRY, Role.AUTH: AUTH, Role.CODE: CODE}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number that may be one of a parcel's.

    Attributes:
        role: by its label and its length.
        value: without separators.
        line, column: where it stands (``column`` in characters).
    """

    role: Role
    value: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class _Label:
    role: Role | None
    """None for a label whose numbers are never ours."""
    line: int
    start: int
    end: int
    cell: int


def candidates_in(lines: Lines, phrases: Phrases) -> tuple[Candidate, ...]:
    """Every labelled number of a text, in order of appearance.

    A value stands behind its label on the same line, up to two lines below, in the next cell, or in the
    label's column of the rows below. What a nearer label of another sort claims, or an example shows, is out.
    """
    counted = {at: in_line for at in lines.with_numbers if (in_line := list(numbers_in(lines[at])))}
    labels: dict[int, list[_Label]] = {}
    for label in _labels(lines, _near(counted, len(lines)), phrases):
        labels.setdefault(label.line, []).append(label)
    headers: dict[int, _Label] = {}
    heading: list[_Label] = []
    found: list[Candidate] = []
    last = -1
    for at in sorted(counted.keys() | labels.keys()):
        heading, headers = _still_above(heading, headers, lines[last + 1 : at + 1])
        last, line = at, lines[at]
        numbers, here = counted.get(at, []), labels.get(at, [])
        if "\t" in line and here and not numbers:
            headers = {label.cell: label for label in here}
        if not numbers and not _is_rule(line):
            heading = here if len(here) > 1 else []
        elif heading and not here and "\t" not in line:
            found.extend(_under(heading, numbers, at))
            continue
        if not numbers or _is_example(lines, at, phrases):
            continue
        for number in numbers:
            role = _role_of(number, at, line, lines, labels, headers)
            if role is not None:
                found.append(Candidate(role, number.value, at, number.start))
    return _without_dummies(found) or _labelled_below(lines, labels)


def _still_above(
    heading: list[_Label], headers: dict[int, _Label], passed: list[str]
) -> tuple[list[_Label], dict[int, _Label]]:
    """What still heads the last of these lines: a table ends at a line without cells, a heading at any words."""
    return (
        heading if all(map(_is_rule, passed[:-1])) else [],
        headers if all("\t" in line for line in passed) else {},
    )


def _without_dummies(found: list[Candidate]) -> tuple[Candidate, ...]:
    """1234567890xx with 1234567 is what a picture of a form shows, not a parcel."""
    values = {candidate.value for candidate in found}
    if "1234567" in values and any(value.startswith("1234567890") for value in values):
        return ()
    return tuple(found)


def _labelled_below(lines: Lines, labels: dict[int, list[_Label]]) -> tuple[Candidate, ...]:
    """Numbers that stand alone right above their labels, where no number stands beside or below one."""
    full = [row for row, line in enumerate(lines) if line.strip()]
    found: list[Candidate] = []
    for row, below in pairwise(full):
        numbers = list(numbers_in(lines[row]))
        here = labels.get(below, [])
        if len(numbers) != 1 or len(here) != 1 or labels.get(row) or not _closes(here[0], lines[below], here):
            continue
        alone = not (lines[row][: numbers[0].start] + lines[row][numbers[0].end :]).strip()
        role = _fitting(here[0], numbers[0])
        if alone and role is not None and not lines[below][: here[0].start].strip():
            found.append(Candidate(role, numbers[0].value, row, numbers[0].start))
    return _without_dummies(found)


def _near(counted: Iterable[int], end: int) -> list[int]:
    """The lines in which a label could speak of a number: those before it, and the one behind it."""
    near: set[int] = set()
    for at in counted:
        near.update(range(max(0, at - ABOVE), min(end, at + 3)))
    return sorted(near)


def _labels(lines: Lines, wanted: Iterable[int], phrases: Phrases) -> Iterator[_Label]:
    """Labels in order; where two meet, the one that begins first and reaches furthest counts."""
    kinds: tuple[tuple[str, Role | None], ...] = (
        ("decoy", None),
        ("inquiry", Role.INQUIRY),
        ("auth", Role.AUTH),
        ("code", Role.CODE),
    )
    promising = set(lines.holding("number"))
    for at in wanted:
        if at not in promising:
            continue
        line = lines[at]
        plain = masked(line)
        spans = [
            (match.start(), -match.end(), order, role)
            for order, (name, role) in enumerate(kinds)
            for match in phrases.labels[name].finditer(plain)
            if match.end() > match.start()
        ]
        covered = 0
        for start, end, _, role in sorted(spans, key=lambda span: span[:3]):
            if start >= covered:
                covered = -end
                yield _Label(role, at, start, -end, line.count("\t", 0, start))


def _is_rule(line: str) -> bool:
    """A line of dashes between a heading and its rows, or an empty one."""
    return not line.strip(" -=_+|*・─━")


def _under(heading: list[_Label], numbers: list[Number], at: int) -> Iterator[Candidate]:
    """The numbers of a row below a line of labels, in plain text: each by its length."""
    for number in numbers:
        role = _first_fitting(heading, number)
        if role is not None:
            yield Candidate(role, number.value, at, number.start)


def _is_example(lines: Lines, at: int, phrases: Phrases) -> bool:
    """Whether a line, or the heading right above it, says that it shows an example."""
    if phrases.labels["example"].search(lines[at]):
        return True
    return at > 0 and len(lines[at - 1]) < 20 and phrases.labels["example"].search(lines[at - 1]) is not None


def _role_of(
    number: Number, at: int, line: str, lines: Lines, labels: dict[int, list[_Label]], headers: dict[int, _Label]
) -> Role | None:
    cell = line.count("\t", 0, number.start)
    header = headers.get(cell)
    here = labels.get(at, [])
    before = [label for label in here if label.end <= number.start][-NEAR:]
    if header is not None and not before:
        return _fitting(header, number)
    claimed = _claimed(before, number, line) if before else None
    if claimed is not None:
        return claimed
    after = next((label for label in here if label.start >= number.end), None)
    if after is not None and not line[number.end : after.start].strip(" (はがの・:/「【[|"):
        return _fitting(after, number)
    return None if before else _from_above(number, at, lines, labels)


def _claimed(before: list[_Label], number: Number, line: str) -> Role | None:
    """The role by the labels before a number on its line; a foreign label nearest to it takes it away."""
    nearest = before[-1]
    if nearest.role is None:
        gap = _SKIPPED.sub("", line[nearest.end : number.start])
        return None if len(gap) <= 12 else _first_fitting(before, number)
    return _fitting(nearest, number) or _first_fitting(before, number)


def _first_fitting(labels: list[_Label], number: Number) -> Role | None:
    return next((role for label in reversed(labels) if (role := _fitting(label, number))), None)


def _from_above(number: Number, at: int, lines: Lines, labels: dict[int, list[_Label]]) -> Role | None:
    """A value below its label: the label closes its line, and hardly anything stands in between."""
    foreign = False
    above = [row for row in range(at - 1, max(-1, at - 1 - 4 * REACH), -1) if lines[row].strip()]
    for steps, row in enumerate(above[: REACH + 1], 1):
        here = labels.get(row, [])[-NEAR:]
        role = _first_fitting([label for label in here if _closes(label, lines[row], here)], number)
        if role is not None:
            return None if foreign else role
        foreign = foreign or any(label.role is None for label in here)
        if not here and not _may_stand_between(lines[row], steps):
            return None
    return None


def _may_stand_between(line: str, steps: int) -> bool:
    """Another value, or one short line of prose right under the label's."""
    return any(True for _ in numbers_in(line)) or (steps == 1 and len(line) <= SHORT)


def _closes(label: _Label, line: str, above: list[_Label]) -> bool:
    """Whether a label is the last thing on its line, but for other labels, brackets and signs."""
    rest = line[label.end :]
    for other in above:
        if other.start >= label.end:
            rest = rest.replace(line[other.start : other.end], "")
    left = _SKIPPED.sub("", rest)
    return len(left) <= 6 or rest.lstrip().startswith((":", "は", "】", "】:"))


def _fitting(label: _Label, number: Number) -> Role | None:
    """The label's role where the number has the length for it."""
    if label.role is None or number.length != _LENGTHS[label.role]:
        return None
    if label.role is not Role.INQUIRY and not number.value.isdecimal():
        return None
    return label.role
