"""What the program asks of its store. Two stores keep this contract: SQL, and memory for tests.

Every method is one short transaction; none waits for a network or a notification. Times in and out are
aware. Any thread may call any method.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from watcher.errors import NotifyError
from watcher.extractors.notice import Chain, Kind, Notice, Reading
from watcher.health import MailboxHealth
from watcher.messages.mail import Mail, Place
from watcher.messages.message import Trust
from watcher.parcels.facts import ActionKind
from watcher.parcels.parcel import Parcel, Status
from watcher.parcels.reminder import Policy, Reminder, ReminderState
from watcher.store.delivery import Delivery
from watcher.store.statistics import Statistics
from watcher.store.view import View

__all__ = [
    "ActionKind",
    "ChannelState",
    "Due",
    "HistoryEntry",
    "MessageState",
    "Recorded",
    "Store",
    "StoredMessage",
    "StoredReminder",
    "Unjudged",
    "View",
]


class MessageState(StrEnum):
    """UNDERSTOOD: gave what its kind should give. NOT_UNDERSTOOD: from Amazon, but less than it should.
    SUSPICIOUS: forged. FAILED: could not be read or fetched. FORGOTTEN: only a mark, by which the mail of a
    forgotten parcel is known again."""

    UNDERSTOOD = "understood"
    NOT_UNDERSTOOD = "not_understood"
    SUSPICIOUS = "suspicious"
    FAILED = "failed"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One recorded message, without its text.

    Attributes:
        reason, method, judged_at: of the verdict: its word, what it rests on, and when it was reached.
    """

    id: int
    place: Place
    message_id: str | None
    date: datetime | None
    recorded_at: datetime
    state: MessageState
    kind: Kind
    trust: Trust
    reason: str
    sender_domain: str | None
    problems: tuple[str, ...]
    has_raw: bool
    method: str | None = None
    judged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A recorded message whose verdict waits for DNS."""

    id: int
    raw: bytes
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording one mail changed: the ids of the parcels it made or touched; ``known`` when it was
    recorded before and nothing changed."""

    parcel_ids: tuple[int, ...]
    known: bool


@dataclass(frozen=True, slots=True)
class StoredReminder:
    """A row of the plan: ``sent_at`` and ``channels`` are set once a channel took it; ``deliveries`` tells what each
    channel did that was tried."""

    id: int
    parcel_id: int
    reminder: Reminder
    state: ReminderState
    sent_at: datetime | None
    channels: tuple[str, ...]
    deliveries: Mapping[str, Delivery] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Due:
    """A claimed reminder: to be sent now over ``channels`` and then closed with :meth:`Store.close`."""

    reminder_id: int
    reminder: Reminder
    parcel: Parcel
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How one way to reach the person has done with reminders.

    Attributes:
        name: of the channel.
        sent_at: when it last took one, aware; None where it never did.
        failing_since: when it first refused one after that, aware; None while all is well.
        error: the sentence of its last refusal since then.
        retry_at: when it is tried again, aware; None where nothing is left to try.
        given_up: how many reminders it never took and is not asked to take any more, since it last took one.
    """

    name: str
    sent_at: datetime | None = None
    failing_since: datetime | None = None
    error: str | None = None
    retry_at: datetime | None = None
    given_up: int = 0


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of a parcel's history: a notice, an action or a reminder, with its time and source."""

    at: datetime
    what: str
    detail: str
    source: str | None


class Store(Protocol):
    # -- mails
    def cursor(self, mailbox: str, folder: str) -> Place | None:
        """The place of the last recorded message of a folder."""

    def move_cursor(self, place: Place) -> None:
        """Moves the cursor of a folder; it never moves back within one UIDVALIDITY."""

    def record(self, mail: Mail, notice: Notice, sender_domain: str | None, now: datetime) -> Recorded:
        """Stores a message with its notice, brings its parcels and their reminders up to date, and moves
        the cursor, all in one transaction. A message recorded before (same place, or same Message-ID with
        the same content) changes nothing but the cursor. A ``not_amazon`` message that does not pose as
        Amazon moves only the cursor; of a forged one place, Message-ID, date, sender's domain and reason
        are kept."""

    def unjudged(self, now: datetime, limit: int = 20) -> Sequence[Unjudged]:
        """Messages whose verdict waits for DNS and which are to be looked at again at ``now``, the oldest first."""

    def judge(self, message_row: int, notice: Notice, now: datetime) -> Recorded:
        """Stores the verdict that was reached for such a message, with what it says by that verdict, and brings
        its parcels up to date. A verdict that still waits is put off by an hour, for a week at most; one that
        does not wait is never changed again (``known``)."""

    def set_aside(self, place: Place, reason: str, now: datetime) -> int:
        """Counts a failed attempt at a message and returns the number of attempts; from the third on the
        message is recorded as failed and the cursor moves past it."""

    def messages(self, states: frozenset[MessageState], limit: int = 100) -> Sequence[StoredMessage]:
        """Recorded messages in these states, newest first."""

    def raw(self, message_row: int) -> bytes | None:
        """The untouched bytes of a recorded message, or None where they were not kept."""

    def purge(self, now: datetime) -> int:
        """Drops raw bytes ``keep_raw_days`` after their parcels were closed, of mails without a parcel after
        they were recorded; returns of how many mails."""

    # -- parcels
    def parcels(self, view: View, now: datetime) -> Sequence[Parcel]:
        """Parcels by deadline, the most urgent first; those without a deadline last, by arrival."""

    def find(self, wanted: str) -> Parcel:
        """The parcel with this id, or whose order, inquiry or pick-up number starts with ``wanted``,
        of which three characters are needed.

        Raises:
            NoSuchParcelError, AmbiguousParcelError.
        """

    def search(self, text: str, chains: frozenset[Chain] = frozenset()) -> Sequence[Parcel]:
        """All parcels, past ones too, in whose numbers, shop name or note the text stands, and those at shops
        of these chains; ordered as :meth:`parcels`. Every character of the text stands for itself; blanks and
        hyphens in numbers, capitals and the width of letters make no difference."""

    def next_reminders(self, parcel_ids: Sequence[int]) -> Mapping[int, datetime]:
        """When each of these parcels is next spoken of; parcels without an open reminder are absent."""

    def history(self, parcel_id: int) -> Sequence[HistoryEntry]:
        """All that is known of a parcel, oldest first."""

    def statistics(self, now: datetime) -> Statistics:
        """How many parcels there were by month and place, and what became of them, as of ``now``."""

    # -- the person
    def act(
        self,
        parcel_id: int,
        action: ActionKind,
        now: datetime,
        *,
        edit: Reading | None = None,
        note: str | None = None,
    ) -> Parcel:
        """Records what the person did and returns the parcel as it is now. UNDO takes back the last COLLECT.

        Raises:
            NoSuchParcelError.
        """

    def add(self, reading: Reading, status: Status, now: datetime) -> Parcel:
        """A parcel entered by hand."""

    def forget(self, parcel_id: int) -> tuple[str, ...]:
        """Deletes a parcel for good, with its mails, actions and reminders, also from copies that the store
        made of itself. The same mails met again are known and bring nothing back; a new mail does.

        Returns:
            The names of copies that had to be deleted as a whole, since they could not be changed.

        Raises:
            NoSuchParcelError.
            StoreBusyError: another process uses the store or a copy; try again.
        """

    def snooze(self, parcel_id: int, until: datetime, now: datetime) -> datetime | None:
        """Moves the next reminder of a parcel to ``until``, never past the last one before the deadline.
        Returns the moment it now has, or None when nothing is planned."""

    # -- reminders
    def claim_due(self, now: datetime, channels: Sequence[str], policy: Policy | None = None) -> Sequence[Due]:
        """Claims what is due: for each parcel the most urgent reminder, the rest closed as superseded. A
        claim that was not closed within two minutes is due again. What comes late, after a failed channel or a
        suspended night, waits for the end of the quiet hours of ``policy``; None means none."""

    def close(self, reminder_id: int, outcomes: Mapping[str, NotifyError | None], now: datetime) -> None:
        """Keeps what each channel did: None where it took the reminder, which is sent once one channel took
        it. A channel that failed is tried again (1 min, doubling to 1 h); it is given up at once where the
        error is permanent, after a day and ten tries where another channel took the reminder, and after two
        weeks where none did."""

    def mend_times(self, now: datetime) -> None:
        """Puts right what open parcels got from a clock that ran ahead of ``now``: a parcel learned of in the
        future was learned of now, and what was passed over too early is planned again. What was said stays
        said."""

    def reminders(self, parcel_id: int) -> Sequence[StoredReminder]:
        """The plan of a parcel, by time."""

    # -- health
    def save_health(self, health: MailboxHealth) -> None:
        """Keeps the state of a mailbox; the last mail, the last error and the last answer that it does not
        know of stay known."""

    def remember_told(self, mailbox: str, word: str) -> None:
        """Notes what the person was told of the outage of a mailbox, until it is over."""

    def healths(self) -> Sequence[MailboxHealth]:
        """The last known state of every mailbox."""

    def counts(self) -> Mapping[str, Mapping[MessageState, int]]:
        """Recorded messages by mailbox and state."""

    def cursors(self) -> Sequence[Place]:
        """Up to where each folder was read, by mailbox and folder."""

    def channel_states(self) -> Sequence[ChannelState]:
        """What each channel that ever was given a reminder did with them, by name."""

    def ping(self) -> None:
        """Raises StoreError when the store does not answer, or would not take a mail."""

    def dispose(self) -> None:
        """Closes every connection."""
