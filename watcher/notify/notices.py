"""What the watcher says about itself: mails it could not use, mailboxes it cannot reach, a calendar it cannot write."""

from __future__ import annotations

from datetime import datetime

from watcher.notify.notification import Language, Notification, Urgency
from watcher.notify.phrasing import words_of
from watcher.text_safety import for_notification


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
