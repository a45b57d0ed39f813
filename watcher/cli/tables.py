"""Tables for a terminal; every text of a mail passes through ``text_safety``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from rich.table import Table
from rich.text import Text

from watcher.cli.words.shared import words
from watcher.notify.notification import Language
from watcher.notify.phrasing import auth_groups, days_left, inquiry_groups, marks, place_words, words_of
from watcher.notify.wording import deadline_words, state_word
from watcher.parcels.parcel import OPEN, Parcel
from watcher.store.store import StoredMessage
from watcher.text_safety import for_terminal

SOON, VERY_SOON = 3, 1


def parcel_table(parcels: Sequence[Parcel], now: datetime, language: Language) -> Table:
    """Parcels as rows, coloured by how near their deadline is."""
    said, heads = words_of(language), words(language)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in (
        heads.column_id,
        heads.column_deadline,
        heads.column_left,
        heads.column_place,
        heads.column_inquiry,
        heads.column_auth,
        heads.column_state,
    ):
        table.add_column(head, overflow="fold")
    for parcel in parcels:
        day, left = deadline_words(parcel, now, language)
        state = " / ".join((state_word(parcel, now, language), *marks(parcel, said)))
        cells = (
            str(parcel.id),
            day,
            left,
            place_words(parcel.pickup_point, said, for_terminal),
            _inquiry(parcel),
            auth_groups(parcel.auth_number) if parcel.auth_number else "",
            state,
        )
        table.add_row(*(Text(cell) for cell in cells), style=_style(parcel, now))
    return table


def _inquiry(parcel: Parcel) -> str:
    if parcel.inquiry_number:
        return inquiry_groups(parcel.inquiry_number)
    return parcel.pickup_code or ""


def _style(parcel: Parcel, now: datetime) -> str:
    if parcel.status not in OPEN:
        return "dim"
    if parcel.deadline is None:
        return ""
    left = days_left(parcel.deadline.safe_by or parcel.deadline.day, now)
    if left <= VERY_SOON:
        return "bold red"
    return "yellow" if left <= SOON else ""


def mail_table(messages: Sequence[StoredMessage], language: Language) -> Table:
    """Recorded messages as rows: when, what, from whom, and why they are listed."""
    said, heads = words_of(language), words(language)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in (
        heads.column_id,
        heads.column_date,
        heads.column_state,
        heads.column_kind,
        heads.column_sender,
        heads.column_reason,
    ):
        table.add_column(head, overflow="fold")
    for message in messages:
        at = message.date or message.recorded_at
        reasons = [message.reason, *message.problems]
        table.add_row(
            *(
                Text(for_terminal(cell))
                for cell in (
                    str(message.id),
                    f"{at.astimezone():%Y-%m-%d %H:%M}",
                    said.message_state[message.state.value],
                    said.kind[message.kind],
                    message.sender_domain or "",
                    ", ".join(dict.fromkeys(reason for reason in reasons if reason)),
                )
            )
        )
    return table


def message_lines(line: Mapping[str, object], language: Language) -> Iterator[str]:
    """One extracted message for people: its contract object as indented lines."""
    said = words_of(language)
    yield for_terminal(f"{line['source']}: {line['kind']}, {line['trust']} ({line['trust_reason']})")
    parcels = line["parcels"]
    assert isinstance(parcels, list)  # noqa: S101 (our own contract object)
    for parcel in parcels:
        for key, value in parcel.items():
            if value is not None:
                yield for_terminal(f"    {key}: {_plain(value)}")
        yield ""
    problems = line["problems"]
    assert isinstance(problems, list)  # noqa: S101
    by_value = {problem.value: sentence for problem, sentence in said.problem.items()}
    for problem in problems:
        yield for_terminal(f"    ! {by_value.get(problem, problem)}")


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(str(part) for part in value.values() if part is not None)
    return str(value)
