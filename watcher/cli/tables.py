"""Tables for a terminal; every text of a mail passes through ``text_safety``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from watcher.cli.grid import Row, print_grid
from watcher.cli.words.reasons import reason_words
from watcher.cli.words.shared import CliWords, words
from watcher.extractors.notice import AuthSource, CheckDigit
from watcher.messages.message import Problem, Trust
from watcher.notify.notification import Language
from watcher.notify.phrasing import auth_groups, days_left, inquiry_groups, place_words, words_of
from watcher.notify.wording import deadline_words, state_word
from watcher.notify.words import Words
from watcher.parcels.parcel import OPEN, Parcel
from watcher.store.store import StoredMessage
from watcher.text_safety import for_terminal

SOON, VERY_SOON = 3, 1


def print_parcels(parcels: Sequence[Parcel], now: datetime, language: Language) -> None:
    """Parcels as rows, coloured by how near their deadline is."""
    heads = words(language)
    columns = (
        heads.column_id,
        heads.column_deadline,
        heads.column_left,
        heads.column_place,
        heads.column_inquiry,
        heads.column_auth,
        heads.column_state,
    )
    print_grid(columns, [_parcel_row(parcel, now, language) for parcel in parcels])


def _parcel_row(parcel: Parcel, now: datetime, language: Language) -> Row:
    said, heads = words_of(language), words(language)
    day, left = deadline_words(parcel, now, language)
    derived = (f"{heads.column_auth}: {said.mark_derived}",) if parcel.auth_source is AuthSource.DERIVED else ()
    cells = (
        str(parcel.id),
        day,
        left,
        place_words(parcel.pickup_point, said, for_terminal),
        _inquiry(parcel),
        auth_groups(parcel.auth_number) if parcel.auth_number else "",
        " / ".join((state_word(parcel, now, language), *_short_marks(parcel, said, heads), *derived)),
    )
    return Row(cells, _style(parcel, now))


def _short_marks(parcel: Parcel, said: Words, heads: CliWords) -> tuple[str, ...]:
    """What :func:`watcher.notify.phrasing.marks` says in whole sentences, as short as a column is narrow."""
    found = (
        (parcel.trust is not Trust.AUTHENTICATED, said.trust[parcel.trust]),
        (parcel.ambiguous, heads.short_ambiguous),
        (parcel.check_digit is CheckDigit.INVALID, heads.short_check_digit),
        (parcel.held, heads.short_held),
    )
    return tuple(mark for applies, mark in found if applies)


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


def print_messages(messages: Sequence[StoredMessage], language: Language) -> None:
    """Recorded messages as rows: when, what, from whom, and why they are listed."""
    heads = words(language)
    columns = (
        heads.column_id,
        heads.column_date,
        heads.column_state,
        heads.column_kind,
        heads.column_sender,
        heads.column_reason,
    )
    print_grid(columns, [_message_row(message, language) for message in messages])


def _message_row(message: StoredMessage, language: Language) -> Row:
    said, heads = words_of(language), words(language)
    at = message.date or message.recorded_at
    reasons = [reason_words(message.reason, language)] if message.trust is not Trust.AUTHENTICATED else []
    reasons += [said.problem[Problem(problem)] for problem in message.problems]
    cells = (
        str(message.id),
        f"{at.astimezone():%Y-%m-%d %H:%M}",
        said.message_state[message.state.value],
        said.kind[message.kind],
        message.sender_domain or "",
        heads.comma.join(dict.fromkeys(reason.rstrip("。.") for reason in reasons if reason)),
    )
    return Row(tuple(for_terminal(cell) for cell in cells))


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
