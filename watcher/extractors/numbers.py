"""The numbers of a pick-up, each by its form; where one begins and ends is decided here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from watcher.extractors.notice import CheckDigit

INQUIRY, AUTH, CODE = 12, 7, 6
"""How many characters each number has."""

_ORDER = re.compile(r"(?<![0-9A-Za-z-])([0-9A-Z][0-9]{2}-[0-9]{7}-[0-9]{7})(?![0-9A-Za-z]|-[0-9])", re.IGNORECASE)
_ORDER_END = re.compile(r"-[0-9]{7}(?=-[0-9]{7})")
"""Found fast by its hyphen; what stands before and behind is looked at afterwards."""
_DIGITAL = re.compile(r"[A-Z]")
_RUN = re.compile(
    r"(?<![0-9A-Za-z-])(?:DA[ -]?)?[0-9](?:[ -]?[0-9]){4,40}(?![0-9A-Za-z]|[.,:][0-9]|-[0-9A-Za-z])",
    re.IGNORECASE,
)
_POSTAL = re.compile(r"〒\s?[0-9]{3}-?[0-9]{4}|(?<![0-9-])[0-9]{3}-[0-9]{4}(?=\s{0,3}[^\s0-9]{2,3}[都道府県])")
_DATE = re.compile(r"(?<![0-9])20[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?![0-9])")
_PHONE = re.compile(r"(?<![0-9-])0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}(?![0-9-])|\([0-9]{2,4}\)\s?[0-9]{2,4}-[0-9]{4}")
_PRICE = re.compile(r"[¥￥\\$]\s?[0-9][0-9,.]{0,20}|(?<![0-9,])[0-9][0-9,]{0,15}\s?円")
_MONEY = re.compile(r"[¥￥\\$円]")
_ANY_DIGIT = re.compile("[0-9]")
_GROUPS = re.compile(r"[ -]")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands in a text.

    Attributes:
        value: without separators; letters in capitals.
        start, end: where it stands in its line.
    """

    value: str
    start: int
    end: int

    @property
    def length(self) -> int:
        return len(self.value)


def check_digit(inquiry_number: str | None) -> CheckDigit:
    """Seven-check (7DR): the last digit is the first eleven modulo 7. A score, not a proof: 10 % pass by chance.

    Numbers that begin with DA have none.
    """
    if inquiry_number is None or not inquiry_number.isdecimal() or len(inquiry_number) != INQUIRY:
        return CheckDigit.NOT_APPLICABLE
    valid = int(inquiry_number[:-1]) % 7 == int(inquiry_number[-1])
    return CheckDigit.VALID if valid else CheckDigit.INVALID


def derived_auth_number(order_number: str) -> str:
    """The auth number that belongs to an order: its last seven digits."""
    return order_number[-AUTH:]


def orders_in(text: str) -> tuple[str, ...]:
    """Order numbers (3-7-7) in order of appearance, without repetition."""
    found = (_ORDER.match(text, end.start() - 3) for end in _ORDER_END.finditer(text) if end.start() >= 3)
    return tuple(dict.fromkeys(order[1].upper() for order in found if order))


def order_spans(line: str) -> Iterator[Number]:
    """Order numbers of a line with their places."""
    if not _ANY_DIGIT.search(line):
        return
    for found in _ORDER.finditer(line):
        yield Number(found[1].upper(), found.start(), found.end())


def is_digital(order_number: str) -> bool:
    """D01-… and the like: nothing that can be fetched anywhere."""
    return _DIGITAL.match(order_number) is not None


def masked(line: str) -> str:
    """A line in which what cannot be a pick-up number is blanked out, every other character in its place."""
    if not _ANY_DIGIT.search(line):
        return line
    if "-" in line or "〒" in line or "(" in line or "20" in line:
        for pattern in (_ORDER, _POSTAL, _PHONE, _DATE):
            line = pattern.sub(_blank, line)
    return _PRICE.sub(_blank, line) if _MONEY.search(line) else line


def _blank(found: re.Match[str]) -> str:
    return "\x00" * len(found.group())


def numbers_in(line: str) -> Iterator[Number]:
    """Runs of digits that have the length of an inquiry number, an auth number or a code.

    Groups may be set off by blanks or hyphens in any way. A run that is longer than one number is split where
    its groups add up to an inquiry number followed by an auth number, or the other way round.
    """
    if not _ANY_DIGIT.search(line):
        return
    for run in _RUN.finditer(masked(line)):
        text = run.group()
        flat = _GROUPS.sub("", text).upper()
        if _fits(flat):
            yield Number(flat, run.start(), run.end())
        else:
            yield from _split(text, run.start())


def _fits(flat: str) -> bool:
    if flat.startswith("DA"):
        return len(flat) == INQUIRY
    return len(flat) in (INQUIRY, AUTH, CODE)


def _split(text: str, start: int) -> Iterator[Number]:
    """Numbers of several groups that stand side by side, separated by blanks."""
    for lengths in ((INQUIRY, AUTH), (AUTH, INQUIRY), (INQUIRY, INQUIRY), (INQUIRY, CODE)):
        found = _cut(text, lengths)
        if found:
            yield from (Number(number.value, start + number.start, start + number.end) for number in found)
            return


def _cut(text: str, lengths: tuple[int, ...]) -> list[Number] | None:
    numbers: list[Number] = []
    at = 0
    for length in lengths:
        begin, value = at, ""
        while at < len(text) and len(value) < length:
            value += "" if text[at] in " -" else text[at]
            at += 1
        rest = text[at:]
        if len(value) != length or (rest and rest[0] != " "):
            return None
        numbers.append(Number(value.upper(), begin, at))
        at += len(rest) - len(rest.lstrip(" "))
    return numbers if at == len(text) else None
