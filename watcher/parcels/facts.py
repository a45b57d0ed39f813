"""What parcels are made of: recorded mails and what the person did.

Terminology:
    fact: a recorded mail or an action; never edited, and never forgotten while its parcel is known.
    voice: what one fact says about one parcel: a reading of a mail, or an action.
    key: a string that two facts share, or seek in each other, where they may speak of the same parcel.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from watcher.extractors.notice import Kind, Notice, Reading
from watcher.messages.message import Trust
from watcher.parcels.parcel import Status

_TAIL = 7


class ActionKind(StrEnum):
    """What a person did to a parcel."""

    COLLECT = "collect"
    UNDO = "undo"
    CONFIRM = "confirm"
    EDIT = "edit"
    ADD = "add"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Mailed:
    """A recorded mail.

    Attributes:
        id: the store's number of the message.
        notice: what it says.
        mailbox: the configured name of the mailbox it came to.
        recorded_at: when it was recorded, aware; stands for its date where it has none.
    """

    id: int
    notice: Notice
    mailbox: str | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Acted:
    """What the person did.

    Attributes:
        id: the store's number of the action, growing with time.
        kind: what was done.
        at: when, aware.
        anchor: the numbers that the parcel had at that time; of ADD, the numbers given.
        began: the origin of the parcel's first voice (see :class:`Voice`); it finds the parcel again should
            its numbers be read otherwise one day.
        follows: the latest mail date that the parcel had at that time. The action counts after it, whatever
            the clocks of the senders say.
        reading: the new values of EDIT and ADD.
        status: of ADD.
        note: of NOTE; None or an empty text removes the note.
    """

    id: int
    kind: ActionKind
    at: datetime
    anchor: Reading
    began: str | None = None
    follows: datetime | None = None
    reading: Reading | None = None
    status: Status | None = None
    note: str | None = None


Fact = Mailed | Acted


@dataclass(frozen=True, slots=True)
class Voice:
    """What one fact says about one parcel.

    Attributes:
        at: when it counts, aware.
        kind: of the mail; for ADD, the kind of mail that would say the same; None for other actions.
        reading: what it says; for an action without values, its anchor.
        orders: every order number of the parcel that it names.
        trust: of the mail; what the person did is authenticated.
        mails: ids of the mail and its copies; empty for an action.
        position: which reading of the mail.
        mailbox: where the mail came to.
        dated: False for a mail without a date, from which no deadline can be estimated.
        known_at: when this program learned of it, aware.
        action: the action, or None for a mail.
    """

    at: datetime
    kind: Kind | None
    reading: Reading
    orders: tuple[str, ...]
    trust: Trust
    known_at: datetime
    mails: tuple[int, ...] = ()
    position: int = 0
    mailbox: str | None = None
    dated: bool = True
    action: Acted | None = None

    @property
    def origins(self) -> tuple[str, ...]:
        """The keys of the mail and its copies, or of the action."""
        if self.action is not None:
            return (f"action:{self.action.id}",)
        return tuple(f"mail:{mail}" for mail in self.mails)


_RANKS = {kind: rank for rank, kind in enumerate(Kind)}
_KIND_OF_STATUS = {
    Status.SHIPPED: Kind.SHIPPED,
    Status.READY: Kind.READY,
    Status.COLLECTED: Kind.COLLECTED,
    Status.RETURNED: Kind.RETURNED,
    Status.CANCELLED: Kind.CANCELLED,
}


def voices(facts: Iterable[Fact]) -> list[Voice]:
    """Every voice, by time; mails before actions of the same moment, ties among mails broken by content.

    Forged mails have no voice. Copies of one mail (another folder, another mailbox, read twice) have one,
    with the best trust among them.
    """
    all_facts = list(facts)
    said: list[tuple[tuple[datetime, int, int, str, int], Voice]] = []
    for mail, ids in _without_copies(fact for fact in all_facts if isinstance(fact, Mailed)):
        text = repr(_content(mail.notice))
        for voice in _of_mail(mail, ids):
            rank = _RANKS[mail.notice.kind]
            said.append(((voice.at, 0, rank, text, voice.position), voice))
    for fact in all_facts:
        if isinstance(fact, Acted):
            voice = _of_action(fact)
            said.append(((voice.at, 1, fact.id, "", 0), voice))
    said.sort(key=lambda pair: pair[0])
    return [voice for _, voice in said]


def orders_of(notice: Notice, reading: Reading) -> tuple[str, ...]:
    """The order numbers of one parcel: its own first, and all of the mail's where the mail has one parcel."""
    named = notice.orders if len(notice.readings) == 1 else ()
    own = (reading.order_number,) if reading.order_number else ()
    return tuple(dict.fromkeys((*own, *named)))


def tail(order_number: str) -> str:
    """The last seven digits, from which an auth number is derived."""
    return order_number[-_TAIL:]


def emitted_keys(fact: Fact) -> frozenset[str]:
    """The keys under which a fact is found."""
    return frozenset(_keys(fact, sought=False))


def sought_keys(fact: Fact) -> frozenset[str]:
    """The keys of facts that may speak of the same parcel."""
    return frozenset(_keys(fact, sought=True))


def _keys(fact: Fact, *, sought: bool) -> Iterator[str]:
    if isinstance(fact, Mailed):
        yield f"mail:{fact.id}"
        for reading in fact.notice.readings:
            yield from _reading_keys(reading, orders_of(fact.notice, reading), sought=sought)
        return
    yield f"action:{fact.id}"
    if fact.began is not None:
        yield fact.began
    for each in (fact.anchor, fact.reading):
        if each is not None:
            yield from _reading_keys(each, (each.order_number,) if each.order_number else (), sought=sought)


def _reading_keys(reading: Reading, orders: tuple[str, ...], *, sought: bool) -> Iterator[str]:
    if reading.inquiry_number:
        yield f"inquiry:{reading.inquiry_number}"
    yield from (f"order:{order}" for order in orders)
    by_order, by_auth = ("auth", "tail") if sought else ("tail", "auth")
    yield from (f"{by_order}:{tail(order)}" for order in orders)
    if reading.auth_number and not orders:
        yield f"{by_auth}:{reading.auth_number}"
    if reading.pickup_code:
        bare = not orders and not reading.inquiry_number
        if bare or not sought:
            yield f"code:{reading.pickup_code}"
        if bare or sought:
            yield f"bare:{reading.pickup_code}"


def _content(notice: Notice) -> tuple[object, ...]:
    return notice.message_id, notice.date, notice.kind, notice.orders, notice.readings


def _without_copies(mails: Iterable[Mailed]) -> Iterator[tuple[Mailed, tuple[int, ...]]]:
    copies: dict[tuple[object, ...], list[Mailed]] = {}
    for mail in mails:
        if mail.notice.trust is not Trust.FORGED:
            copies.setdefault(_content(mail.notice), []).append(mail)
    for same in copies.values():
        first = min(same, key=lambda mail: (mail.recorded_at, mail.mailbox or "", mail.id))
        believed = any(mail.notice.trust is Trust.AUTHENTICATED for mail in same)
        trust = Trust.AUTHENTICATED if believed else Trust.UNVERIFIED
        notice = replace(first.notice, trust=trust)
        yield replace(first, notice=notice), tuple(sorted(mail.id for mail in same))


def _of_mail(mail: Mailed, ids: tuple[int, ...]) -> Iterator[Voice]:
    notice = mail.notice
    for position, reading in enumerate(notice.readings):
        yield Voice(
            at=notice.date or mail.recorded_at,
            kind=notice.kind,
            reading=reading,
            orders=orders_of(notice, reading),
            trust=notice.trust,
            known_at=mail.recorded_at,
            mails=ids,
            position=position,
            mailbox=mail.mailbox,
            dated=notice.date is not None,
        )


def _of_action(action: Acted) -> Voice:
    reading = action.reading if action.kind is ActionKind.ADD and action.reading else action.anchor
    kind = None if action.status is None else _KIND_OF_STATUS[action.status]
    return Voice(
        at=action.at if action.follows is None else max(action.at, action.follows),
        kind=kind if action.kind is ActionKind.ADD else None,
        reading=reading,
        orders=(reading.order_number,) if reading.order_number else (),
        trust=Trust.AUTHENTICATED,
        known_at=action.at,
        action=action,
    )
