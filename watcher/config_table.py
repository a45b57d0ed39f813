"""One table of a TOML file, read key by key; complaints are collected, not raised."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import time
from typing import Any

_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])\Z")
_ON_THE_WIRE = re.compile(r"[\x00-\x1f\x7f]")


class Table:
    """A table that knows which of its keys were asked for, so that the others can be refused.

    Args:
        data: the parsed table.
        path: its place in the file, e.g. ``mailbox[0]``; empty for the root.
        problems: where complaints go, one sentence each.
    """

    def __init__(self, data: dict[str, Any], path: str, problems: list[str]) -> None:
        self._data = data
        self._path = path
        self._problems = problems
        self._known: set[str] = set()
        self._children: list[Table] = []

    def complain(self, key: str, what: str) -> None:
        """Notes one mistake."""
        self._known.add(key)
        self._problems.append(f"{self._name(key)}: {what}")

    def has(self, key: str) -> bool:
        """Whether the key is given."""
        return key in self._data

    def refuse_unknown(self) -> None:
        """Complains about every key, here and below, that nobody asked for."""
        known = frozenset(self._known)
        for key in (key for key in self._data if key not in known):
            near = _nearest(key, sorted(known))
            self.complain(key, f"there is no such key; did you mean {near!r}?" if near else "there is no such key")
        for child in self._children:
            child.refuse_unknown()

    def table(self, key: str) -> Table:
        """A sub-table; empty where it is absent."""
        value = self._take(key, {})
        if not isinstance(value, dict):
            self.complain(key, "must be a table")
            value = {}
        return self._child(value, self._name(key))

    def tables(self, key: str) -> tuple[Table, ...]:
        """An array of tables, ``[[key]]``."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.complain(key, f"must be written as [[{key}]]")
            return ()
        return tuple(self._child(item, f"{self._name(key)}[{i}]") for i, item in enumerate(value))

    def named_tables(self, key: str) -> dict[str, Table]:
        """The tables ``[key.NAME]``, by name."""
        parent = self.table(key)
        return {name: parent.table(name) for name in parent._data}

    def text(self, key: str, default: str | None) -> str:
        """A string without control characters; None as default makes it required."""
        value = self._take(key, default)
        if value is None:
            self.complain(key, "is missing")
        elif not isinstance(value, str):
            self.complain(key, "must be a string")
        elif _ON_THE_WIRE.search(value):
            self.complain(key, "must not hold control characters")
        elif default is None and not value.strip():
            self.complain(key, "must not be empty")
        else:
            return value
        return default or ""

    def texts(self, key: str, default: tuple[str, ...], at_least: int = 0) -> tuple[str, ...]:
        """A list of strings without control characters."""
        value = self._take(key, list(default))
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.complain(key, "must be a list of strings")
        elif any(_ON_THE_WIRE.search(item) for item in value):
            self.complain(key, "must not hold control characters")
        elif len(value) < at_least:
            self.complain(key, "must not be empty")
        else:
            return tuple(value)
        return default

    def command(self, key: str) -> tuple[str, ...] | None:
        """A command as a list of words; it is run without a shell."""
        if not self.has(key):
            self._known.add(key)
            return None
        if isinstance(self._data[key], str):
            self.complain(key, 'must be a list of words, e.g. ["pass", "mail/imap"]; no shell is used')
            return None
        return self.texts(key, (), at_least=1) or None

    def number(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number within bounds."""
        value = self._take(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.complain(key, f"must be a whole number from {low} to {high}")
            return default
        return value

    def numbers(self, key: str, default: tuple[int, ...], low: int, high: int) -> tuple[int, ...]:
        """A list of whole numbers within bounds."""
        value = self._take(key, list(default))
        if not isinstance(value, list) or not all(
            isinstance(item, int) and not isinstance(item, bool) and low <= item <= high for item in value
        ):
            self.complain(key, f"must be a list of whole numbers from {low} to {high}")
            return default
        return tuple(sorted(set(value), reverse=True))

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self._take(key, default)
        if not isinstance(value, bool):
            self.complain(key, "must be true or false")
            return default
        return value

    def one_of(self, key: str, choices: tuple[str, ...], default: str) -> str:
        """One of a few words."""
        value = self._take(key, default)
        if value == default or value in choices:
            return str(value)
        near, listed = _nearest(str(value), choices), ", ".join(choices)
        self.complain(key, f"must be one of {listed}; did you mean {near!r}?" if near else f"must be one of {listed}")
        return default

    def time_of_day(self, key: str, default: time) -> time:
        """``"HH:MM"``."""
        value = self._take(key, None)
        if value is None:
            return default
        found = parse_time(value) if isinstance(value, str) else None
        if found is None:
            self.complain(key, 'must be a time such as "18:00"')
            return default
        return found

    def time_range(self, key: str, default: tuple[time, time]) -> tuple[time, time]:
        """``"HH:MM-HH:MM"``; ``""`` means none and gives two equal times."""
        value = self._take(key, None)
        if value is None:
            return default
        if value == "":
            return time(), time()
        parts = [parse_time(part.strip()) for part in value.split("-")] if isinstance(value, str) else []
        first, last = parts if len(parts) == 2 else (None, None)
        if first is None or last is None:
            self.complain(key, 'must be two times such as "22:00-07:00", or "" for none')
            return default
        return first, last

    def _take(self, key: str, default: Any) -> Any:
        self._known.add(key)
        return self._data.get(key, default)

    def _child(self, data: dict[str, Any], path: str) -> Table:
        child = Table(data, path, self._problems)
        self._children.append(child)
        return child

    def _name(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key


def _nearest(word: str, known: Iterable[str]) -> str | None:
    import difflib

    return next(iter(difflib.get_close_matches(word, known, 1, 0.6)), None)


def parse_time(text: str) -> time | None:
    """``HH:MM`` as a time of day, or None."""
    found = _TIME.match(text)
    return time(int(found[1]), int(found[2])) if found else None
