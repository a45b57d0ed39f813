"""What the watcher says about itself: mails it could not use, mailboxes it cannot reach, a calendar it cannot write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from watcher.notify.notification import Language, Notification, Urgency
from watcher.notify.phrasing import words_of
from watcher.text_safety import for_log, for_notification


def not_understood(language: Language) -> Notification:
    """A mail of Amazon's gave less than it should; nothing of it is repeated."""
    words = words_of(language)
    return Notification("not-understood", words.title_not_understood, words.not_understood, Urgency.NORMAL)


def suspicious(language: Language) -> Notification:
    """A forged mail came; a quiet hint, nothing of it is repeated."""
    words = words_of(language)
    return Notification("suspicious", words.title_suspicious, words.suspicious, Urgency.LOW)


def unreachable(mailbox: str, since: datetime, language: Language) -> Notification:
    """A mailbox was not reached for long; ``since`` is shown in the machine's time zone."""
    words = words_of(language)
    name = for_notification(mailbox)
    return Notification(
        f"mailbox-{mailbox}",
        words.title_unreachable.format(mailbox=name),
        words.unreachable.format(since=f"{since.astimezone():%Y-%m-%d %H:%M}"),
        Urgency.NORMAL,
    )


def calendar_failed(file: str, language: Language) -> Notification:
    """The calendar file cannot be written; why stands in the log."""
    words = words_of(language)
    return Notification(
        "calendar", words.title_calendar, words.calendar_failed.format(file=for_notification(file)), Urgency.NORMAL
    )


def stuck(mailbox: str, language: Language) -> Notification:
    """The thread that watches a mailbox ended, or makes no progress."""
    words = words_of(language)
    name = for_notification(mailbox)
    return Notification(f"mailbox-{mailbox}", words.title_stuck.format(mailbox=name), words.stuck, Urgency.CRITICAL)


def channel_given_up(channel: str, language: Language) -> Notification:
    """A channel did not take a reminder and is not asked any more; said over the others."""
    words = words_of(language)
    title = words.title_channel.format(channel=for_notification(channel))
    return Notification(f"channel-{channel}", title, words.channel_given_up, Urgency.NORMAL)


def store_failed(language: Language) -> Notification:
    """Nothing can be recorded; why stands in the log."""
    words = words_of(language)
    return Notification("store", words.title_store, words.store_failed, Urgency.CRITICAL)


def service_status(
    mailboxes: int, waiting: int | None, stuck: Sequence[str], failing: Sequence[str], language: Language
) -> str:
    """One line for the service manager, without numbers of parcels.

    Args:
        mailboxes: how many are configured.
        waiting: how many parcels wait; None where the store does not answer.
        stuck: names of mailboxes that nobody watches any more.
        failing: names of mailboxes that cannot be reached just now.
        language: of the person.
    """
    words = words_of(language)
    parts = [words.service_store if waiting is None else words.service_watching]
    parts += [words.service_stuck] if stuck else []
    filled = [part.format(mailboxes=mailboxes, parcels=waiting, names=", ".join(stuck)) for part in parts]
    filled += [words.service_failing.format(names=", ".join(failing))] if failing else []
    return for_log(" · ".join(filled))


def refused(mailbox: str, language: Language) -> Notification:
    """A mailbox refuses the login."""
    words = words_of(language)
    name = for_notification(mailbox)
    return Notification(f"mailbox-{mailbox}", words.title_refused.format(mailbox=name), words.refused, Urgency.CRITICAL)


def sign_in(mailbox: str, command: str, language: Language) -> Notification:
    """A provider takes the sign-in of a mailbox no longer; the command signs in anew."""
    words = words_of(language)
    return Notification(
        f"mailbox-{mailbox}",
        words.title_sign_in.format(mailbox=for_notification(mailbox)),
        words.sign_in.format(command=for_notification(command)),
        Urgency.CRITICAL,
    )


def keyring_locked(mailbox: str, language: Language) -> Notification:
    """The secret of a mailbox is in a keyring that does not open."""
    words = words_of(language)
    name = for_notification(mailbox)
    return Notification(
        f"mailbox-{mailbox}", words.title_keyring.format(mailbox=name), words.keyring_locked, Urgency.CRITICAL
    )
