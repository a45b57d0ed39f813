"""Numbers and days as a person types them: full-width digits, blanks and any hyphen are welcome.

Whatever is refused is not repeated: an error must never carry a number to a log or a screen recording.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import click

from watcher.cli.words.everyday import words
from watcher.cli.words.language import language_of

_INQUIRY = re.compile(r"[0-9]{12}|DA[0-9]{10}")
_AUTH = re.compile(r"[0-9]{7}")
_CODE = re.compile(r"[0-9]{6}")
_ORDER = re.compile(r"[0-9A-Z][0-9]{16}")
_DAY = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")


class NumberType(click.ParamType[str]):
    """A number of a pick-up in its stored form.

    Args:
        name: the field of :class:`watcher.cli.words.everyday.EverydayWords` that says what is wanted.
        pattern: of the plain characters.
    """

    def __init__(self, name: str, pattern: re.Pattern[str]) -> None:
        self.name = name
        self._pattern = pattern

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from watcher.store.judging import as_order_number, wanted_number

        plain = wanted_number(str(value))
        if not self._pattern.fullmatch(plain):
            self.fail(getattr(words(language_of()), self.name), param, ctx)
        return as_order_number(plain) if self._pattern is _ORDER else plain


class DayType(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        parts = _DAY.fullmatch(unicodedata.normalize("NFKC", str(value)).strip())
        try:
            return date(*(int(part) for part in parts.groups())) if parts else self._refuse(param, ctx)
        except ValueError:
            return self._refuse(param, ctx)

    def _refuse(self, param: click.Parameter | None, ctx: click.Context | None) -> date:
        self.fail(words(language_of()).not_a_day, param, ctx)


INQUIRY = NumberType("not_an_inquiry", _INQUIRY)
AUTH = NumberType("not_an_auth", _AUTH)
CODE = NumberType("not_a_code", _CODE)
ORDER = NumberType("not_an_order", _ORDER)
DAY = DayType()
