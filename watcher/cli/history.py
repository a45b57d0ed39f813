"""``show --history``: everything that is known of a parcel, mails, actions and reminders, by time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from watcher.cli.contract import JsonObject, moment_text
from watcher.cli.words.history import HistoryWords
from watcher.cli.words.history import words as words_of_history
from watcher.extractors.notice import Kind
from watcher.messages.message import Problem, Trust
from watcher.notify.error_words import in_language
from watcher.notify.notification import Language
from watcher.notify.phrasing import words_of
from watcher.notify.words import Words
from watcher.parcels.reminder import ReminderState
from watcher.text_safety import for_terminal

if TYPE_CHECKING:
    from watcher.store.delivery import Delivery
    from watcher.store.store import HistoryEntry, Store, StoredReminder

_REMINDER = "reminder"


def history_lines(store: Store, parcel_id: int, language: Language) -> list[str]:
    """One line for each mail, action and reminder, and one for each channel that did not take a reminder; times in
    the machine's zone. What was planned and not said yet comes in its turn.

    Args:
        store: open.
        parcel_id: of the parcel.
        language: of the person.

    Raises:
        NoSuchParcelError.
    """
    words, sentences = words_of(language), words_of_history(language)
    found = [(entry.at, _fact(entry, words)) for entry in _facts(store, parcel_id)]
    for row in store.reminders(parcel_id):
        found.append((_moment(row), _reminder(row, words, sentences)))
        found += [
            (delivery.failed_at or _moment(row), _failure(channel, delivery, sentences, language))
            for channel, delivery in sorted(row.deliveries.items())
            if delivery.sent_at is None
        ]
    found.sort(key=lambda line: line[0])
    return [for_terminal(f"{at.astimezone():%Y-%m-%d %H:%M}  {text}") for at, text in found]


def history_objects(store: Store, parcel_id: int) -> list[JsonObject]:
    """The same for programs: ``at``, ``what`` and what belongs to it."""
    found = [
        (entry.at, {"what": entry.what, "detail": entry.detail, "source": entry.source})
        for entry in _facts(store, parcel_id)
    ]
    found += [(_moment(row), _reminder_object(row)) for row in store.reminders(parcel_id)]
    found.sort(key=lambda pair: pair[0])
    return [{"at": moment_text(at)} | one for at, one in found]


def _facts(store: Store, parcel_id: int) -> Iterator[HistoryEntry]:
    """Mails, which have a source, and actions; reminders come from their rows, which know more."""
    return (entry for entry in store.history(parcel_id) if entry.source is not None or entry.what != _REMINDER)


def _moment(row: StoredReminder) -> datetime:
    return row.sent_at or row.reminder.due_at


def _fact(entry: HistoryEntry, words: Words) -> str:
    if entry.source is None:
        text = words.action.get(entry.what, entry.what)
        return f"{text}: {entry.detail}" if entry.detail else text
    trust, *problems = entry.detail.split(" ")
    said = [words.kind[Kind(entry.what)], words.trust[Trust(trust)], *(words.problem[Problem(one)] for one in problems)]
    return f"{'  '.join(said)}  ({entry.source})"


def _reminder(row: StoredReminder, words: Words, sentences: HistoryWords) -> str:
    sentence = {
        ReminderState.OPEN: sentences.planned,
        ReminderState.SENDING: sentences.sending,
        ReminderState.SENT: sentences.said,
        ReminderState.SUPERSEDED: sentences.superseded,
    }[row.state]
    return sentence.format(occasion=words.occasion[row.reminder.occasion], channels=", ".join(row.channels))


def _failure(channel: str, delivery: Delivery, sentences: HistoryWords, language: Language) -> str:
    sentence = sentences.given_up if delivery.next_at is None else sentences.failed
    again = "" if delivery.next_at is None else f"{delivery.next_at.astimezone():%Y-%m-%d %H:%M}"
    error = in_language(delivery.error or "", language)
    return sentence.format(channel=channel, tries=delivery.tries, moment=again, error=error)


def _reminder_object(row: StoredReminder) -> JsonObject:
    return {
        "what": _REMINDER,
        "occasion": row.reminder.occasion.value,
        "state": row.state.value,
        "due_at": moment_text(row.reminder.due_at),
        "sent_at": moment_text(row.sent_at),
        "channels": {
            channel: {
                "sent_at": moment_text(one.sent_at),
                "tries": one.tries,
                "failed_at": moment_text(one.failed_at),
                "next_at": moment_text(one.next_at),
                "error": one.error,
            }
            for channel, one in sorted(row.deliveries.items())
        },
    }
