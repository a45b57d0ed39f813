"""Messages, cursors and raw bytes in the database."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, func, insert, or_, select, update

from watcher.extractors.notice import Kind, Notice
from watcher.messages.mail import Mail, Place
from watcher.messages.message import Trust
from watcher.parcels.parcel import OPEN
from watcher.store.codec import list_from_json, list_to_json
from watcher.store.facts_query import is_same
from watcher.store.forgetting import forgotten_row
from watcher.store.judging import TRIES, identifies, judge_again_at, state_of
from watcher.store.store import MessageState, StoredMessage, Unjudged
from watcher.store.tables import attempt, cursor, message, notice, parcel, raw_message, reading
from watcher.store.view import first_day_listed


def cursor_of(connection: Connection, mailbox: str, folder: str) -> Place | None:
    """The cursor of a folder."""
    here = (cursor.c.mailbox == mailbox) & (cursor.c.folder == folder)
    row = connection.execute(select(cursor).where(here)).mappings().first()
    return None if row is None else Place(mailbox, folder, row["uidvalidity"], row["uid"])


def cursors(connection: Connection) -> list[Place]:
    """The cursors of all folders, by mailbox and folder."""
    rows = connection.execute(select(cursor).order_by(cursor.c.mailbox, cursor.c.folder)).mappings()
    return [Place(**row) for row in rows]


def move_cursor(connection: Connection, place: Place) -> None:
    """Moves a cursor forward, or into another UIDVALIDITY."""
    here = (cursor.c.mailbox == place.mailbox) & (cursor.c.folder == place.folder)
    values = {"uidvalidity": place.uidvalidity, "uid": place.uid}
    before = cursor_of(connection, place.mailbox, place.folder)
    if before is None:
        connection.execute(insert(cursor).values(mailbox=place.mailbox, folder=place.folder, **values))
    elif before.uidvalidity != place.uidvalidity or before.uid < place.uid:
        connection.execute(update(cursor).where(here).values(values))


def count_attempt(connection: Connection, place: Place) -> int:
    """Counts one failed attempt at a message and returns how many there were."""
    here = _at(attempt, place)
    tries = int(connection.execute(select(attempt.c.tries).where(here)).scalar() or 0) + 1
    connection.execute(delete(attempt).where(here))
    if tries < TRIES:
        connection.execute(insert(attempt).values(**_place(place), tries=tries))
    return tries


def forget_failures(connection: Connection, place: Place) -> None:
    """Forgets what was noted of a message that could not be read before."""
    connection.execute(delete(attempt).where(_at(attempt, place)))
    failed = message.c.state == MessageState.FAILED.value
    connection.execute(delete(message).where(_at(message, place), failed))


def write_failed(connection: Connection, place: Place, reason: str, now: datetime) -> None:
    """Records a message that could not be read."""
    here = _at(message, place)
    if connection.execute(select(message.c.id).where(here)).first() is None:
        state = MessageState.FAILED
        values = {
            "kind": Kind.OTHER.value,
            "trust": Trust.UNVERIFIED.value,
            "reason": reason,
            "problems": "[]",
        }
        connection.execute(insert(message).values(**_place(place), recorded_at=now, state=state.value, **values))


def write_message(connection: Connection, mail: Mail, said: Notice, sender_domain: str | None, now: datetime) -> int:
    """Stores a message without what it says; of a forged one nothing that it claims to be."""
    forged = said.trust is Trust.FORGED
    inserted = connection.execute(
        insert(message).values(
            **_place(mail.place),
            message_id=said.message_id,
            date=said.date,
            received_at=None if forged else mail.received_at,
            recorded_at=now,
            state=state_of(said).value,
            kind=(Kind.NOT_AMAZON if forged else said.kind).value,
            trust=said.trust.value,
            reason=said.trust_reason,
            method=said.trust_method,
            judged_at=now,
            judge_again_at=judge_again_at(said, now, now),
            sender_domain=sender_domain,
            problems=list_to_json(() if forged else tuple(problem.value for problem in said.problems)),
        )
    ).inserted_primary_key
    return int(inserted[0]) if inserted else 0


def write_raw(connection: Connection, row_id: int, raw: bytes) -> None:
    """Keeps the bytes of a message, compressed."""
    connection.execute(insert(raw_message).values(message_row=row_id, packed=zlib.compress(raw)))


def write_reread(connection: Connection, row_id: int, said: Notice) -> None:
    """Stores what a message read again is now known to be."""
    values = {
        "date": said.date,
        "state": state_of(said).value,
        "kind": said.kind.value,
        "problems": list_to_json(tuple(problem.value for problem in said.problems)),
    }
    connection.execute(update(message).where(message.c.id == row_id).values(values))


def unjudged(connection: Connection, now: datetime, limit: int) -> Sequence[Unjudged]:
    """Messages to be judged again at ``now`` whose bytes are kept, the oldest first."""
    query = (
        select(message.c.id, message.c.received_at, raw_message.c.packed)
        .join(raw_message, raw_message.c.message_row == message.c.id)
        .where(message.c.judge_again_at <= now)
        .order_by(message.c.id)
        .limit(limit)
    )
    return [Unjudged(row.id, zlib.decompress(row.packed), row.received_at) for row in connection.execute(query)]


def write_verdict(connection: Connection, row_id: int, said: Notice, now: datetime) -> bool:
    """Stores the verdict of a message that waits for one; False where none waits."""
    waiting = (message.c.id == row_id) & message.c.judge_again_at.is_not(None)
    recorded_at = connection.execute(select(message.c.recorded_at).where(waiting)).scalar()
    if recorded_at is None:
        return False
    values = {
        "trust": said.trust.value,
        "reason": said.trust_reason,
        "method": said.trust_method,
        "judged_at": now,
        "judge_again_at": judge_again_at(said, recorded_at, now),
    }
    connection.execute(update(message).where(message.c.id == row_id).values(values))
    return True


def raw_of(connection: Connection, row_id: int) -> bytes | None:
    """The bytes of a message, or None where they were not kept."""
    query = select(raw_message.c.packed).where(raw_message.c.message_row == row_id)
    packed = connection.execute(query).scalar()
    return None if packed is None else zlib.decompress(packed)


def known_row(connection: Connection, mail: Mail, said: Notice) -> int | None:
    """The row of a message recorded before, or None.

    It is the same message at the same place, or one with the same Message-ID that says the same and is
    believed as much; a copy that came by a better way is worth recording.
    """
    if said.trust is not Trust.FORGED:
        gone = forgotten_row(connection, mail, said.message_id)
        if gone is not None:
            return gone
    alike = (message.c.message_id == said.message_id) & (message.c.state != MessageState.FAILED.value)
    if said.message_id is None:
        alike = message.c.message_id.is_(None) & (message.c.state != MessageState.FAILED.value)
    if identifies(mail.place):
        row_id = connection.execute(select(message.c.id).where(_at(message, mail.place), alike)).scalar()
        if row_id is not None:
            return int(row_id)
    trusted = and_(alike, message.c.trust == said.trust.value)
    if said.trust is Trust.FORGED:
        same = (
            message.c.reason == said.trust_reason,
            message.c.date.is_(None) if said.date is None else message.c.date == said.date,
        )
        forged = None if said.message_id is None else connection.execute(select(message.c.id).where(trusted, *same))
        return None if forged is None else forged.scalar()
    if said.message_id is None:
        trusted = and_(trusted, message.c.date == said.date)
    for row_id in connection.execute(select(message.c.id).where(trusted)).scalars():
        if is_same(connection, row_id, said, mail.raw):
            return int(row_id)
    return None


def stored_messages(connection: Connection, states: frozenset[MessageState], limit: int) -> Sequence[StoredMessage]:
    """Messages in these states, newest first."""
    kept = select(raw_message.c.message_row).where(raw_message.c.message_row == message.c.id).exists()
    query = (
        select(message, kept.label("has_raw"))
        .where(message.c.state.in_([state.value for state in states]))
        .order_by(message.c.recorded_at.desc(), message.c.id.desc())
        .limit(limit)
    )
    return [_stored(row) for row in connection.execute(query).mappings()]


def counts(connection: Connection) -> dict[str, dict[MessageState, int]]:
    """Recorded messages by mailbox and state."""
    query = select(message.c.mailbox, message.c.state, func.count()).group_by(message.c.mailbox, message.c.state)
    found: dict[str, dict[MessageState, int]] = {}
    for mailbox, state, number in connection.execute(query):
        found.setdefault(mailbox, {})[MessageState(state)] = number
    return found


def purge(connection: Connection, now: datetime, keep: timedelta) -> int:
    """Drops raw bytes of messages recorded, and of parcels closed, longer ago than ``keep``.

    A parcel that was overdue so long counts as closed. Returns how many messages lost their bytes.
    """
    before = now - keep
    waits = and_(
        parcel.c.status.in_([status.value for status in OPEN]),
        or_(parcel.c.deadline.is_(None), parcel.c.deadline >= first_day_listed(before)),
    )
    here = raw_message.c.message_row
    needed = (
        select(reading.c.message_row)
        .join(parcel, parcel.c.id == reading.c.parcel_id)
        .where(reading.c.message_row == here, or_(waits, parcel.c.closed_at >= before))
        .exists()
    )
    old = select(message.c.id).where(message.c.id == here, message.c.recorded_at < before).exists()
    return connection.execute(delete(raw_message).where(old, ~needed)).rowcount


def parcels_of(connection: Connection, row_id: int) -> tuple[int, ...]:
    """The parcels that a message speaks of."""
    query = select(reading.c.parcel_id).where(reading.c.message_row == row_id, reading.c.parcel_id.is_not(None))
    return tuple(sorted(set(connection.execute(query).scalars())))


def kept_after(connection: Connection, row_id: int, limit: int) -> Sequence[RowMapping]:
    """The next messages after a row whose bytes are kept, with what is stored of them."""
    query = (
        select(message, raw_message.c.packed, notice.c.digest)
        .join(raw_message, raw_message.c.message_row == message.c.id)
        .join(notice, notice.c.message_row == message.c.id)
        .where(message.c.id > row_id)
        .order_by(message.c.id)
        .limit(limit)
    )
    return connection.execute(query).mappings().all()


def still_kept(connection: Connection, row_ids: Sequence[int]) -> set[int]:
    """Those of a few messages whose bytes are kept."""
    query = select(raw_message.c.message_row).where(raw_message.c.message_row.in_(row_ids))
    return set(connection.execute(query).scalars())


def _place(place: Place) -> dict[str, Any]:
    return {
        "mailbox": place.mailbox,
        "folder": place.folder,
        "uidvalidity": place.uidvalidity,
        "uid": place.uid,
    }


def _at(table: Any, place: Place) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in _place(place).items()))


def _stored(row: RowMapping) -> StoredMessage:
    return StoredMessage(
        id=row["id"],
        place=Place(row["mailbox"], row["folder"], row["uidvalidity"], row["uid"]),
        message_id=row["message_id"],
        date=row["date"],
        recorded_at=row["recorded_at"],
        state=MessageState(row["state"]),
        kind=Kind(row["kind"]),
        trust=Trust(row["trust"]),
        reason=row["reason"],
        sender_domain=row["sender_domain"],
        problems=list_from_json(row["problems"]),
        has_raw=bool(row["has_raw"]),
        method=row["method"],
        judged_at=row["judged_at"],
    )
