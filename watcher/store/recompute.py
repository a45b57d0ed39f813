"""Brings parcels and their reminders up to date with the facts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from watcher.parcels.facts import Acted, Mailed
from watcher.parcels.joining import Joined, join_with_facts
from watcher.parcels.plan import changes, plan
from watcher.parcels.reminder import ReminderState
from watcher.parcels.rules import Rules
from watcher.store import reminders_query
from watcher.store.codec import parcel_values
from watcher.store.facts_query import connected, link
from watcher.store.identity import kept_ids
from watcher.store.tables import action, former_parcel, parcel, reading, reminder


def bring_up_to_date(connection: Connection, keys: Iterable[str], rules: Rules, lost: Iterable[int] = ()) -> None:
    """Makes the parcels anew that facts with these keys may speak of; all others are untouched.

    Args:
        connection: in a writing transaction.
        keys: of the facts that are new or changed.
        rules: what parcels and plans are made by.
        lost: ids of parcels that readings belonged to which are no more.
    """
    facts = connected(connection, keys)
    joined = join_with_facts(facts, rules)
    owners = _owners(connection, facts)
    ids_of = [
        [owner for fact in (*one.readings, *one.actions) if (owner := owners.get(fact)) is not None] for one in joined
    ]
    standing: dict[int, int] = {}
    listed: list[tuple[int, Joined]] = []
    for one, kept, ids in zip(joined, kept_ids(joined, ids_of), ids_of, strict=True):
        parcel_id = _write(connection, one, kept) if one.listed else None
        moved = [fact for fact in one.readings if owners.get(fact) != parcel_id]
        acted = [fact for fact in one.actions if owners.get(fact) != parcel_id]
        link(connection, parcel_id, moved, acted)
        if parcel_id is not None:
            listed.append((parcel_id, one))
            standing = dict.fromkeys(ids, parcel_id) | standing | {parcel_id: parcel_id}
    _let_go(connection, owners, joined)
    before = {owner for owner in (*owners.values(), *lost) if owner is not None}
    for gone in sorted(before - {parcel_id for parcel_id, _ in listed}):
        _retire(connection, gone, standing.get(gone))
    for parcel_id, one in listed:
        replan(connection, parcel_id, one, rules)


def replan(connection: Connection, parcel_id: int, one: Joined, rules: Rules) -> None:
    """Makes the rows of a parcel agree with its plan."""
    rows = reminders_query.rows_of(connection, reminder.c.parcel_id == parcel_id)
    wanted = plan(one.parcel, rules.policy, one.seen_at)
    needed = changes([(row.reminder, row.state) for row in rows], wanted, one.again)
    reminders_query.apply_changes(connection, parcel_id, rows, needed)
    if not wanted:
        reminders_query.silence(connection, rows)


def _write(connection: Connection, one: Joined, kept: int | None) -> int:
    values = parcel_values(one.parcel) | {"seen_at": one.seen_at, "latest_at": one.latest, "began": one.began}
    if kept is None:
        inserted = connection.execute(insert(parcel).values(values)).inserted_primary_key
        return int(inserted[0]) if inserted else 0
    connection.execute(update(parcel).where(parcel.c.id == kept).values(values))
    return kept


def _owners(connection: Connection, facts: Iterable[Mailed | Acted]) -> dict[Any, int | None]:
    """The parcel that each reading (message, position) and each action (id) had before."""
    owners: dict[Any, int | None] = {}
    for fact in facts:
        if isinstance(fact, Mailed):
            rows = select(reading.c.position, reading.c.parcel_id).where(reading.c.message_row == fact.id)
            owners.update({(fact.id, position): owner for position, owner in connection.execute(rows)})
        else:
            owners[fact.id] = connection.execute(select(action.c.parcel_id).where(action.c.id == fact.id)).scalar()
    return owners


def _let_go(connection: Connection, owners: dict[Any, int | None], joined: Iterable[Joined]) -> None:
    """Takes facts out of their parcel that speak of none any more."""
    taken = {fact for one in joined for fact in (*one.readings, *one.actions)}
    loose = [fact for fact, owner in owners.items() if owner is not None and fact not in taken]
    readings = [fact for fact in loose if isinstance(fact, tuple)]
    link(connection, None, readings, [fact for fact in loose if not isinstance(fact, tuple)])


def _retire(connection: Connection, gone: int, heir: int | None) -> None:
    """Removes a parcel that proved to be another one; its id finds that one from now on."""
    if heir is not None:
        connection.execute(
            update(reminder)
            .where(reminder.c.parcel_id == gone, reminder.c.state == ReminderState.SENT.value)
            .values(parcel_id=heir, wake_at=None)
        )
        connection.execute(update(former_parcel).where(former_parcel.c.parcel_id == gone).values(parcel_id=heir))
        connection.execute(insert(former_parcel).values(id=gone, parcel_id=heir))
    connection.execute(delete(parcel).where(parcel.c.id == gone))


def parcel_row(connection: Connection, parcel_id: int) -> Any | None:
    """The columns of a parcel, found also by an id it had before it was joined with another."""
    row = connection.execute(select(parcel).where(parcel.c.id == parcel_id)).mappings().first()
    if row is not None:
        return row
    heir = select(former_parcel.c.parcel_id).where(former_parcel.c.id == parcel_id).scalar_subquery()
    return connection.execute(select(parcel).where(parcel.c.id == heir)).mappings().first()
