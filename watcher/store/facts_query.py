"""Facts in the database: writing them, and finding all that may speak of the same parcels.

Only what is connected with a new fact by shared numbers is ever read, so that a mail costs the same however
many parcels there are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, delete, insert, select, update

from watcher.extractors.notice import Kind, Notice, Reading
from watcher.messages.message import Trust
from watcher.parcels.facts import Acted, ActionKind, Fact, Mailed, emitted_keys, sought_keys
from watcher.parcels.parcel import Status
from watcher.store.codec import digest_of, list_from_json, list_to_json, reading_from_json, reading_to_json
from watcher.store.tables import action, action_key, message, message_key, notice, reading

_AT_ONCE = 500
"""How many values to put into one IN (…)."""

_NEVER = datetime.min.replace(tzinfo=UTC)


def write_notice(connection: Connection, row_id: int, said: Notice, raw: bytes | None) -> None:
    """Stores what a message says in place of what it said before; without ``raw`` its digest is kept."""
    raw_digest = digest_of_raw(raw) if raw is not None else _raw_digest(connection, row_id)
    owned = select(reading.c.position, reading.c.parcel_id).where(reading.c.message_row == row_id)
    owners: dict[int, int | None] = {row.position: row.parcel_id for row in connection.execute(owned)}
    for table in (notice, reading, message_key):
        connection.execute(delete(table).where(table.c.message_row == row_id))
    connection.execute(
        insert(notice).values(
            message_row=row_id,
            digest=digest_of(said),
            raw_digest=raw_digest,
            orders=list_to_json(said.orders),
        )
    )
    if not said.readings:
        return
    connection.execute(
        insert(reading),
        [
            {
                "message_row": row_id,
                "position": position,
                "parcel_id": owners.get(position),
                "data": reading_to_json(one),
            }
            for position, one in enumerate(said.readings)
        ],
    )
    write_keys(connection, row_id, said)


def write_keys(connection: Connection, row_id: int, said: Notice) -> None:
    """Stores the keys under which a message is found."""
    fact = Mailed(row_id, said, None, _NEVER)
    keys = [{"key": key, "message_row": row_id} for key in sorted(_stored_keys(fact))]
    if keys:
        connection.execute(insert(message_key), keys)


def write_action(connection: Connection, acted: Acted, parcel_id: int | None) -> Acted:
    """Stores an action and returns it with its id."""
    row = {
        "parcel_id": parcel_id,
        "kind": acted.kind.value,
        "at": acted.at,
        "anchor": reading_to_json(acted.anchor),
        "began": acted.began,
        "follows": acted.follows,
        "data": None if acted.reading is None else reading_to_json(acted.reading),
        "status": None if acted.status is None else acted.status.value,
        "note": acted.note,
    }
    inserted = connection.execute(insert(action).values(row)).inserted_primary_key
    stored = _acted({"id": inserted[0] if inserted else 0, **row})
    keys = [{"key": key, "action_id": stored.id} for key in sorted(_stored_keys(stored))]
    if keys:
        connection.execute(insert(action_key), keys)
    return stored


def connected(connection: Connection, keys: Iterable[str]) -> list[Fact]:
    """Every fact that may have to do with these keys, directly or through others."""
    facts: dict[tuple[type, int], Fact] = {}
    seen: set[str] = set()
    wave = set(keys)
    while wave:
        seen |= wave
        found: list[Fact] = [*_mails(connection, wave, facts), *_actions(connection, wave, facts)]
        wave = set()
        for fact in found:
            facts[type(fact), fact.id] = fact
            wave |= sought_keys(fact) - seen
    return list(facts.values())


def keys_of_mail(connection: Connection, row_id: int) -> set[str]:
    """The keys of all that a recorded message may have to do with."""
    return {key for fact in mail_facts(connection, message.c.id == row_id) for key in sought_keys(fact)}


def mail_facts(connection: Connection, condition: ColumnElement[bool]) -> list[Mailed]:
    """The recorded mails that fulfil a condition, with what they say."""
    columns = (
        message.c.id,
        message.c.message_id,
        message.c.date,
        message.c.kind,
        message.c.trust,
        message.c.reason,
        message.c.mailbox,
        message.c.recorded_at,
        notice.c.orders,
    )
    query = select(*columns).join(notice, notice.c.message_row == message.c.id).where(condition)
    rows = connection.execute(query).mappings().all()
    readings: dict[int, list[Reading]] = {}
    for some in _chunks([row["id"] for row in rows]):
        said = select(reading.c.message_row, reading.c.data).where(reading.c.message_row.in_(some))
        for row_id, data in connection.execute(said.order_by(reading.c.message_row, reading.c.position)):
            readings.setdefault(row_id, []).append(reading_from_json(data))
    return [_mailed(row, tuple(readings.get(row["id"], ()))) for row in rows]


def action_facts(connection: Connection, condition: ColumnElement[bool]) -> list[Acted]:
    """The actions that fulfil a condition."""
    return [_acted(row) for row in connection.execute(select(action).where(condition)).mappings()]


def is_same(connection: Connection, row_id: int, said: Notice, raw: bytes) -> bool:
    """Whether a recorded message has the same bytes or says the same as this one."""
    query = select(notice.c.digest, notice.c.raw_digest).where(notice.c.message_row == row_id)
    row = connection.execute(query).first()
    return row is not None and (row.digest == digest_of(said) or row.raw_digest == digest_of_raw(raw))


def link(
    connection: Connection, parcel_id: int | None, readings: Iterable[tuple[int, int]], actions: Iterable[int]
) -> None:
    """Says to which parcel readings and actions belong."""
    for row_id, position in readings:
        here = (reading.c.message_row == row_id) & (reading.c.position == position)
        connection.execute(update(reading).where(here).values(parcel_id=parcel_id))
    for action_id in actions:
        connection.execute(update(action).where(action.c.id == action_id).values(parcel_id=parcel_id))


def _mails(connection: Connection, keys: set[str], known: dict[tuple[type, int], Fact]) -> Iterator[Mailed]:
    ids = set(_numbers(keys, "mail"))
    for some in _chunks(sorted(keys)):
        ids.update(_first(connection, select(message_key.c.message_row).where(message_key.c.key.in_(some))))
    for few in _chunks([row_id for row_id in sorted(ids) if (Mailed, row_id) not in known]):
        yield from mail_facts(connection, message.c.id.in_(few))


def _actions(connection: Connection, keys: set[str], known: dict[tuple[type, int], Fact]) -> Iterator[Acted]:
    ids = set(_numbers(keys, "action"))
    for some in _chunks(sorted(keys)):
        ids.update(_first(connection, select(action_key.c.action_id).where(action_key.c.key.in_(some))))
        ids.update(_first(connection, select(action.c.id).where(action.c.began.in_(some))))
    for few in _chunks([row_id for row_id in sorted(ids) if (Acted, row_id) not in known]):
        yield from action_facts(connection, action.c.id.in_(few))


def _first(connection: Connection, query: Select[Any]) -> Iterator[int]:
    return (int(value) for value in connection.execute(query).scalars())


def _numbers(keys: Iterable[str], prefix: str) -> Iterator[int]:
    return (int(key.partition(":")[2]) for key in keys if key.startswith(f"{prefix}:"))


def _stored_keys(fact: Fact) -> frozenset[str]:
    """Keys without those that are ids, which the tables know anyway."""
    return frozenset(key for key in emitted_keys(fact) if not key.startswith(("mail:", "action:")))


def _chunks(values: list[Any]) -> Iterator[list[Any]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))


def _mailed(row: RowMapping, readings: tuple[Reading, ...]) -> Mailed:
    said = Notice(
        message_id=row["message_id"],
        date=row["date"],
        kind=Kind(row["kind"]),
        trust=Trust(row["trust"]),
        trust_reason=row["reason"],
        orders=list_from_json(row["orders"]),
        readings=readings,
    )
    return Mailed(row["id"], said, row["mailbox"], row["recorded_at"])


def _acted(row: Any) -> Acted:
    return Acted(
        id=row["id"],
        kind=ActionKind(row["kind"]),
        at=row["at"],
        anchor=reading_from_json(row["anchor"]),
        began=row["began"],
        follows=row["follows"],
        reading=None if row["data"] is None else reading_from_json(row["data"]),
        status=None if row["status"] is None else Status(row["status"]),
        note=row["note"],
    )


def _raw_digest(connection: Connection, row_id: int) -> str:
    query = select(notice.c.raw_digest).where(notice.c.message_row == row_id)
    return connection.execute(query).scalar() or ""


def digest_of_raw(raw: bytes) -> str:
    """The digest by which the bytes of a message are known again."""
    return hashlib.sha256(raw).hexdigest()
