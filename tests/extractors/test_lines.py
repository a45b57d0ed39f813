"""A line that no trigger word points to is never tried: every label must have one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.assembly import phrases
from watcher.data import load
from watcher.extractors.lines import Lines
from watcher.messages.normalise import normalise

GUARDED = {
    "conditional": [("kinds", "conditional")],
    "number": [("labels", name) for name in ("decoy", "inquiry", "auth", "code")],
    "point": [("labels", "point")],
    "day": [("labels", "deadline"), ("labels", "until")],
    "expected": [("labels", "expected")],
    "named": [("points", name) for name in ("locker", "counter", "carrier_office", "post_office")],
}
LOOKAROUND = re.compile(r"\(\?<?[=!]")
TOKEN = re.compile(r"\\.|\[[^\]]*\]|.", re.DOTALL)


def without_context(expression: str) -> str:
    """An expression without what must stand before or behind a label and is no part of it."""
    begin = LOOKAROUND.search(expression)
    if begin is None:
        return expression
    depth, end = 1, begin.end()
    while depth:
        token = TOKEN.match(expression, end)
        assert token
        depth += {"(": 1, ")": -1}.get(token.group(), 0)
        end = token.end()
    return expression[: begin.start()] + without_context(expression[end:])


EXPRESSIONS = [
    (trigger, without_context(expression))
    for trigger, lists in GUARDED.items()
    for section, name in lists
    for expression in load("phrases")[section][name]
]


def test_every_trigger_is_guarded_here() -> None:
    assert set(phrases().triggers) == set(GUARDED)


@pytest.mark.parametrize(("trigger", "expression"), EXPRESSIONS)
@settings(max_examples=15)
@given(data=st.data())
def test_whatever_a_label_matches_holds_a_trigger(trigger: str, expression: str, data: st.DataObject) -> None:
    flags = re.IGNORECASE | re.MULTILINE
    written = data.draw(st.from_regex(re.compile(expression, flags), fullmatch=True))
    text = normalise(written)
    if re.search(expression, text, flags):  # letters such as the Kelvin sign never reach a label
        lines = Lines("", text, phrases())
        assert lines.holding(trigger), text


def test_lines_are_found_by_their_words_and_numbers() -> None:
    lines = Lines("件名", "お問い合わせ番号\n1234-5678-9012\nまいど\nNO. 12\nI\u0307 Order", phrases())
    assert lines.holding("number") == [1, 4]
    assert lines.with_numbers == [2]
    assert len(lines) == 6
