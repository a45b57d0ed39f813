"""What a check found, as facts without language; the command line has the sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

_ADDRESS = re.compile(r"([A-Za-z0-9_])[A-Za-z0-9._%+-]*@([A-Za-z0-9.-]+)")
_NUMBER = re.compile(r"[0-9][0-9 -]{5,}[0-9]")
_DATE = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")


class State(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report.

    Attributes:
        check: a stable word for what was looked at, e.g. ``mailbox.login``.
        fact: a stable word for what was found, to which there is a sentence in each language.
        state: ok, warn or fail.
        subject: the mailbox or channel it is about, or None.
        values: what fills the sentence and its advice; made harmless by :func:`masked`.
        exit_code: of a failure, from the design's table.
    """

    check: str
    fact: str
    state: State = State.OK
    subject: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    exit_code: int = 0


def ok(check: str, fact: str, subject: str | None = None, /, **values: object) -> Finding:
    """All is well."""
    return Finding(check, fact, State.OK, subject, _texts(values))


def warn(check: str, fact: str, subject: str | None = None, /, **values: object) -> Finding:
    """Something that the person should know; reminders come nevertheless."""
    return Finding(check, fact, State.WARN, subject, _texts(values))


def fail(code: int, check: str, fact: str, subject: str | None = None, /, **values: object) -> Finding:
    """Something that keeps the watcher from its work."""
    return Finding(check, fact, State.FAIL, subject, _texts(values), code)


GRAVITY = (78, 77, 1, 75)
"""Exit codes, the gravest first: what only the person can mend comes before what may pass by itself."""


def exit_code(findings: list[Finding]) -> int:
    """0 where nothing failed, otherwise the gravest failure's."""
    codes = {finding.exit_code for finding in findings if finding.state is State.FAIL}
    return next((code for code in GRAVITY if code in codes), 1 if codes else 0)


def masked(text: str, home: Path | None = None) -> str:
    """A text for a public report: addresses keep a letter and the domain, the home folder is ``~``, long numbers go.

    Args:
        text: anything.
        home: the person's home folder.
    """
    if home is not None and len(home.parts) > 1:
        text = re.sub(rf"{re.escape(str(home))}(?=[/\\\s:'\"]|\Z)", "~", text)
    text = _ADDRESS.sub(r"\1…@\2", text)
    return _NUMBER.sub(lambda found: found[0] if _DATE.match(found[0]) else "…", text)


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}
