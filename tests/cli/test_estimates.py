"""Whatever shows a deadline that no mail printed calls it an estimate, in both languages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_completion import complete
from watcher.notify.notification import Language
from watcher.notify.phrasing import day_words, words_of
from watcher.notify.wording import summary
from watcher.parcels.parcel import JST
from watcher.parcels.rules import Rules
from watcher.store.engine import open_engine
from watcher.store.sql_store import SqlStore

HOLD_DAYS = 11
LANGUAGES: tuple[Language, ...] = ("ja", "en")
MARKS: dict[Language, str] = {"ja": "推定", "en": "estimated"}
PARCEL = ("--inquiry", "123456789013", "--auth", "7654321", "--shop", "lawson", "--name", "架空町店")
OUTPUTS = {
    "list": ("list",),
    "all": ("list", "--all"),
    "show": ("show", "1"),
    "card": ("card", "1"),
    "page": ("card", "1", "--html", "-"),
    "next": ("next",),
    "search": ("search", "架空町店"),
    "forget": ("forget", "1"),
    "ics": ("export", "ics"),
}


def deadline() -> date:
    """The day until which a parcel that arrives now is kept, by the estimate."""
    return datetime.now(JST).date() + timedelta(days=HOLD_DAYS - 1)


def naming(text: str, day: date, language: Language) -> list[str]:
    """The lines, or elements of a page, that name a day."""
    plain = re.sub("</p>|</li>|</div>", "\n", text).replace("\r\n ", "")
    plain = re.sub("<[^>]+>", "", plain).replace("\\,", ",")
    names = (day_words(day, words_of(language)), day.isoformat())
    return [line for line in plain.splitlines() if any(name in line for name in names)]


def shown(konbini: Run, arguments: tuple[str, ...], language: Language) -> str:
    done = konbini(*arguments, KONBINI_LANGUAGE=language, COLUMNS="250")
    return done.stdout + done.stderr


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_estimate_is_called_one_everywhere(konbini: Run, language: Language) -> None:
    konbini("add", *PARCEL)
    for output, arguments in OUTPUTS.items():
        text = shown(konbini, arguments, language)
        lines = naming(text, deadline(), language)
        if output == "ics":
            lines = [line for line in text.splitlines() if line.startswith("SUMMARY")]
        assert lines, output
        for line in lines:
            assert MARKS[language] in line, output


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_mail_printed_is_not(konbini: Run, language: Language) -> None:
    konbini("add", *PARCEL, "--deadline", deadline().isoformat())
    for output in ("list", "page", "forget", "ics"):
        text = shown(konbini, OUTPUTS[output], language)
        assert MARKS[language] not in text, output
        assert output == "ics" or naming(text, deadline(), language), output


@pytest.mark.parametrize("language", LANGUAGES)
def test_between_two_presses_of_tab_too(konbini: Run, language: Language) -> None:
    konbini("add", *PARCEL)
    konbini("add", "--inquiry", "200961185434", "--deadline", deadline().isoformat())
    first, second = sorted(complete(konbini, "show", "", shell_name="fish", KONBINI_LANGUAGE=language))
    assert f"{deadline()}{words_of(language).estimated_mark}" in first
    assert MARKS[language] not in second


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_summary_of_many_too(konbini: Run, tmp_path: Path, language: Language) -> None:
    konbini("add", *PARCEL)
    (file,) = tmp_path.rglob("parcels.sqlite3")
    store = SqlStore(open_engine(f"sqlite:///{file}"), Rules({}))
    said = summary([store.find("1")] * 4, datetime.now(UTC), language)
    store.dispose()
    lines = naming(said.body, deadline(), language)
    assert len(lines) == 4
    assert all(MARKS[language] in line for line in lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_name_no_deadline_at_all(konbini: Run, language: Language) -> None:
    konbini("add", *PARCEL)
    assert not naming(shown(konbini, ("stats",), language), deadline(), language)
