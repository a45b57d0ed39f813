"""Forgetting a parcel for good: every fact about it, and every number, leaves the database.

What stays of a mail is a mark by which it is known should it be met again: its place, and a digest of its
Message-ID (of its bytes where it has none). Neither tells a number. A mail that speaks of other parcels too
keeps what it says of them, without its text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from watcher.extractors.notice import Kind, Reading
from watcher.messages.mail import Mail
from watcher.messages.message import Trust
from watcher.parcels.facts import Acted, Mailed, orders_of, sought_keys
from watcher.parcels.rules import Rules
from watcher.store.codec import list_to_json, reading_to_json
from watcher.store.facts_query import action_facts, digest_of_raw, mail_facts, write_keys
from watcher.store.judging import identifies, no_such_parcel, numbers_named
from watcher.store.recompute import bring_up_to_date, parcel_row
from watcher.store.store import MessageState
from watcher.store.tables import action, action_key, former_parcel, message, message_key, notice, parcel, raw_message
from watcher.store.tables import reading as reading_table

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Traces:
    """Where a parcel stands in a database.

    Attributes:
        parcels: its id and those it had before.
        mails: ids of messages that speak of it alone.
        shared: ids of messages that speak of other parcels too, each with the readings that are theirs.
        actions: ids of what the person did to it.
        keys: of its facts, by which those it had to do with are found.
    """

    parcels: tuple[int, ...]
    mails: tuple[int, ...]
    shared: dict[int, tuple[int, ...]]
    actions: tuple[int, ...]
    keys: frozenset[str]


def traces_of(connection: Connection, parcel_id: int) -> Traces:
    """Where a parcel stands; facts that share a number with it and belong to no other parcel count.

    Raises:
        NoSuchParcelError.
    """
    row = parcel_row(connection, parcel_id)
    if row is None:
        raise no_such_parcel()
    here = int(row["id"])
    owned = set(connection.execute(_messages_of(here)).scalars())
    numbers = _numbers_of(connection, here, owned)
    candidates = owned | _mails_with(connection, numbers)
    owners = _owners(connection, candidates)
    facts = [fact for some in _chunks(sorted(candidates)) for fact in mail_facts(connection, message.c.id.in_(some))]
    others = {
        number
        for fact in facts
        for position, one in enumerate(fact.notice.readings)
        if owners.get((fact.id, position)) not in (None, here)
        for number in _numbers_in(fact, one)
    }
    only_mine = numbers - others
    mails, shared, keys = [], {}, set[str]()
    for fact in facts:
        kept: list[int] = []
        gone: list[int] = []
        for position, one in enumerate(fact.notice.readings):
            owner = owners.get((fact.id, position))
            mine = owner == here or (owner is None and bool(_numbers_in(fact, one) & only_mine))
            (gone if mine else kept).append(position)
        if gone or (not kept and only_mine & set(fact.notice.orders)):
            keys |= sought_keys(fact)
            if kept:
                shared[fact.id] = tuple(kept)
            else:
                mails.append(fact.id)
    actions = _actions(connection, here, only_mine)
    for acted in actions:
        keys |= sought_keys(acted)
    formers = select(former_parcel.c.id).where(former_parcel.c.parcel_id == here)
    return Traces(
        parcels=(here, *connection.execute(formers).scalars()),
        mails=tuple(mails),
        shared=shared,
        actions=tuple(acted.id for acted in actions),
        keys=frozenset(keys),
    )


def forget(connection: Connection, traces: Traces, rules: Rules) -> None:
    """Takes a parcel out of the database and brings those up to date that it had to do with."""
    for row_id, kept in traces.shared.items():
        _mark_beside(connection, row_id)
        _keep_only(connection, row_id, kept)
    wipe(connection, traces)
    bring_up_to_date(connection, traces.keys, rules)


def wipe(connection: Connection, traces: Traces) -> None:
    """Deletes a parcel and all mails that speak of it alone; marks stay in their place."""
    for some in _chunks(list(traces.mails)):
        rows = connection.execute(select(message).where(message.c.id.in_(some))).mappings().all()
        for row in rows:
            _mark(connection, row)
    for some in _chunks(list(traces.actions)):
        connection.execute(delete(action_key).where(action_key.c.action_id.in_(some)))
        connection.execute(delete(action).where(action.c.id.in_(some)))
    connection.execute(delete(parcel).where(parcel.c.id.in_(traces.parcels)))


def wipe_in_copy(connection: Connection, traces: Traces) -> None:
    """As :func:`wipe`, in an older copy: its parcels may have had other ids, and shared mails go altogether."""
    whole = Traces(traces.parcels, (*traces.mails, *traces.shared), {}, traces.actions, frozenset())
    theirs = select(reading_table.c.parcel_id).where(reading_table.c.message_row.in_(traces.mails))
    owners = [one for one in connection.execute(theirs).scalars() if one is not None]
    connection.execute(delete(parcel).where(parcel.c.id.in_(owners)))
    wipe(connection, whole)


def forgotten_row(connection: Connection, mail: Mail, message_id: str | None) -> int | None:
    """The row of the mark that a forgotten mail left, or None."""
    gone = message.c.state == MessageState.FORGOTTEN.value
    if message_id is not None:
        return connection.execute(
            select(message.c.id).where(gone, message.c.message_id == mark_of(message_id)).limit(1)
        ).scalar()
    nameless = gone & message.c.message_id.is_(None)
    if identifies(mail.place):
        place = mail.place
        here = (
            (message.c.mailbox == place.mailbox)
            & (message.c.folder == place.folder)
            & (message.c.uidvalidity == place.uidvalidity)
            & (message.c.uid == place.uid)
        )
        row_id = connection.execute(select(message.c.id).where(nameless, here).limit(1)).scalar()
        if row_id is not None:
            return int(row_id)
    same = select(message.c.id).join(notice, notice.c.message_row == message.c.id)
    return connection.execute(same.where(nameless, notice.c.raw_digest == digest_of_raw(mail.raw)).limit(1)).scalar()


def mark_of(message_id: str) -> str:
    """A digest of a Message-ID: enough to know it again, and nothing can be read out of it."""
    return f"sha256:{hashlib.sha256(message_id.encode('utf-8', 'replace')).hexdigest()}"


def _messages_of(parcel_id: int) -> Any:
    return select(reading_table.c.message_row).where(reading_table.c.parcel_id == parcel_id)


def _numbers_in(fact: Mailed, one: Reading) -> set[str]:
    return numbers_named(one, orders_of(fact.notice, one))


def _numbers_of(connection: Connection, here: int, owned: Iterable[int]) -> set[str]:
    """Every order and inquiry number that the parcel's own facts name."""
    numbers: set[str] = set()
    owners = _owners(connection, owned)
    for some in _chunks(sorted(owned)):
        for fact in mail_facts(connection, message.c.id.in_(some)):
            for position, one in enumerate(fact.notice.readings):
                if owners.get((fact.id, position)) == here:
                    numbers |= _numbers_in(fact, one)
    for acted in action_facts(connection, action.c.parcel_id == here):
        for said in (acted.anchor, acted.reading):
            if said is not None:
                numbers |= numbers_named(said)
    return numbers


def _mails_with(connection: Connection, numbers: Iterable[str]) -> set[int]:
    """Messages that name one of these numbers, also those that are no parcel's."""
    found: set[int] = set()
    for number in sorted(numbers):
        keys = message_key.c.key.in_([f"inquiry:{number}", f"order:{number}"])
        found.update(connection.execute(select(message_key.c.message_row).where(keys)).scalars())
        named = notice.c.orders.contains(number, autoescape=True)
        found.update(connection.execute(select(notice.c.message_row).where(named)).scalars())
    return found


def _owners(connection: Connection, messages: Iterable[int]) -> dict[tuple[int, int], int | None]:
    owners: dict[tuple[int, int], int | None] = {}
    columns = (reading_table.c.message_row, reading_table.c.position, reading_table.c.parcel_id)
    for some in _chunks(sorted(messages)):
        for row in connection.execute(select(*columns).where(reading_table.c.message_row.in_(some))):
            owners[row.message_row, row.position] = row.parcel_id
    return owners


def _actions(connection: Connection, here: int, numbers: Iterable[str]) -> list[Acted]:
    keys = [f"{name}:{number}" for number in sorted(numbers) for name in ("inquiry", "order")]
    loose = action.c.parcel_id.is_(None) & action.c.id.in_(
        select(action_key.c.action_id).where(action_key.c.key.in_(keys))
    )
    return action_facts(connection, (action.c.parcel_id == here) | loose)


def _keep_only(connection: Connection, row_id: int, kept: tuple[int, ...]) -> None:
    """Leaves a message only some of its readings, which count from 0 again, and takes its text away."""
    (fact,) = mail_facts(connection, message.c.id == row_id)
    owners = _owners(connection, [row_id])
    readings = tuple(fact.notice.readings[position] for position in kept)
    for table in (raw_message, reading_table, message_key):
        connection.execute(delete(table).where(table.c.message_row == row_id))
    orders = tuple(dict.fromkeys(one.order_number for one in readings if one.order_number))
    # the digests would know the whole mail again, and the mark beside it does that
    values = {"orders": list_to_json(orders), "digest": "", "raw_digest": ""}
    connection.execute(update(notice).where(notice.c.message_row == row_id).values(values))
    for position, (before, one) in enumerate(zip(kept, readings, strict=True)):
        connection.execute(
            insert(reading_table).values(
                message_row=row_id,
                position=position,
                parcel_id=owners.get((row_id, before)),
                data=reading_to_json(one),
            )
        )
    write_keys(connection, row_id, replace(fact.notice, orders=orders, readings=readings))


def _mark(connection: Connection, row: RowMapping) -> None:
    """Leaves nothing of a message but what it is known by."""
    row_id = row["id"]
    raw_digest = connection.execute(select(notice.c.raw_digest).where(notice.c.message_row == row_id)).scalar()
    for table in (raw_message, reading_table, message_key, notice):
        connection.execute(delete(table).where(table.c.message_row == row_id))
    connection.execute(update(message).where(message.c.id == row_id).values(_marked(row)))
    _digest_if_nameless(connection, row, row_id, raw_digest)


def _mark_beside(connection: Connection, row_id: int) -> None:
    """Puts a mark beside a message that stays."""
    row = connection.execute(select(message).where(message.c.id == row_id)).mappings().one()
    raw_digest = connection.execute(select(notice.c.raw_digest).where(notice.c.message_row == row_id)).scalar()
    places = {name: row[name] for name in ("mailbox", "uidvalidity", "uid", "recorded_at")}
    inserted = connection.execute(insert(message).values(places | _marked(row))).inserted_primary_key
    _digest_if_nameless(connection, row, int(inserted[0]) if inserted else 0, raw_digest)


def _marked(row: RowMapping) -> dict[str, Any]:
    return {
        "folder": row["folder"] if row["uid"] else "",  # of a file it is its path, which may be named by a number
        "message_id": None if row["message_id"] is None else mark_of(row["message_id"]),
        "date": None,
        "received_at": None,
        "state": MessageState.FORGOTTEN.value,
        "kind": Kind.OTHER.value,
        "trust": Trust.UNVERIFIED.value,
        "reason": "",
        "method": None,
        "judged_at": None,
        "judge_again_at": None,
        "sender_domain": None,
        "problems": "[]",
    }


def _digest_if_nameless(connection: Connection, row: RowMapping, row_id: int, raw_digest: str | None) -> None:
    if row["message_id"] is None and raw_digest:
        values = {"message_row": row_id, "digest": "", "raw_digest": raw_digest, "orders": "[]"}
        connection.execute(insert(notice).values(values))


def _chunks(values: list[int]) -> Iterator[list[int]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))
