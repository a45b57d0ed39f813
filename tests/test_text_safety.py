"""Live payloads for each place where text of a mail may go."""

from __future__ import annotations

import csv
import html
import io
import subprocess
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from watcher.text_safety import for_csv, for_html, for_ics, for_log, for_notification, for_shell, for_terminal

PAYLOADS = [
    "\x1b]0;owned\x07\x1b[2J\x1b[1;31mred",
    "\x9b31mC1",
    "\u202egnp.exe\u202c \u2066isolated\u2069",
    "zero\u200bwidth\ufeff\u00ad",
    "line\r\nline\rline\u2028line",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" \'',
    "&lt;b&gt; &amp; <a href='http://evil.example'>",
    "=cmd|' /C calc'!A0",
    " +1+1",
    "@SUM(1)",
    "END:VEVENT\r\nEND:VCALENDAR",
    "a;b,c\\d\nATTACH:http://evil.example",
    "$(touch owned); `id` 'quoted' \"double\" \\ | & > /dev/null",
    "\0nul",
    "ローソン 架空一丁目店",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_terminal_gets_no_control_and_no_reordering(payload: str) -> None:
    safe = for_terminal(payload)
    assert not [sign for sign in safe if sign < " "]
    assert not [
        sign
        for sign in safe
        if "\x7f" <= sign <= "\x9f" or "\u202a" <= sign <= "\u202e" or "\u2066" <= sign <= "\u2069"
    ]
    assert "\x1b" not in safe


@pytest.mark.parametrize("payload", PAYLOADS)
def test_log_gets_one_line(payload: str) -> None:
    assert len(for_log(payload).splitlines()) == 1


@pytest.mark.parametrize("payload", PAYLOADS)
def test_notification_gets_no_markup(payload: str) -> None:
    assert not set("<>&") & set(for_notification(payload))


class Reader(HTMLParser):
    """Remembers every tag, and the attribute of the one tag that is ours."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.title: str | None = None
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.title = dict(attrs).get("title")
        assert set(dict(attrs)) == {"title"}

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("payload", PAYLOADS)
def test_html_stays_text(payload: str) -> None:
    reader = Reader()
    reader.feed(f'<p title="{for_html(payload)}">{for_html(payload)}</p>')
    reader.close()
    assert reader.tags == ["p"]
    assert reader.text == reader.title == html.unescape(for_html(payload))
    assert " ".join(reader.text.split()) == for_log(payload)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_csv_is_no_formula(payload: str) -> None:
    table = io.StringIO()
    csv.writer(table).writerow([for_csv(payload), "next"])
    (row,) = csv.reader(io.StringIO(table.getvalue()))
    assert row[1] == "next"
    assert not row[0].lstrip(" ").startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_ics_ends_where_it_should(payload: str) -> None:
    calendar, event = Calendar(), Event()
    event.add("SUMMARY", for_ics(payload))
    calendar.add_component(event)
    (read,) = Calendar.from_ical(calendar.to_ical()).walk("VEVENT")
    assert set(read) == {"SUMMARY"}
    assert str(read["SUMMARY"]).split() == for_log(payload).replace("\\", "＼").split()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_shell_sees_one_word(payload: str) -> None:
    done = subprocess.run(["sh", "-c", f"printf %s {for_shell(payload)}"], capture_output=True, text=True, check=True)
    assert done.stdout == for_log(payload)


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_is_made_safe_once_and_for_all(text: str) -> None:
    for make_safe in (for_terminal, for_log, for_notification, for_ics):
        assert make_safe(make_safe(text)) == make_safe(text)
