"""The rules that the stored parcels and plans were made by."""

from __future__ import annotations

import hashlib
from dataclasses import astuple

from sqlalchemy import Connection, delete, insert, select

from watcher.parcels.parcel import OPEN
from watcher.parcels.rules import Rules
from watcher.store.tables import parcel, rules

_ONLY = 1


def are_in_force(connection: Connection, wanted: Rules) -> bool:
    """Whether the stored parcels were made by these rules."""
    return connection.execute(select(rules.c.digest)).scalar() == _digest(wanted)


def put_in_force(connection: Connection, wanted: Rules) -> set[str]:
    """Notes the rules and returns the keys of all parcels that have to be made anew: the open ones."""
    connection.execute(delete(rules))
    connection.execute(insert(rules).values(id=_ONLY, digest=_digest(wanted)))
    query = select(parcel.c.began).where(parcel.c.status.in_([status.value for status in OPEN]))
    return set(connection.execute(query).scalars())


def _digest(wanted: Rules) -> str:
    periods = sorted((kind.value, astuple(period)) for kind, period in wanted.periods.items())
    said = repr((periods, wanted.policy, wanted.hold_unverified))
    return hashlib.sha256(said.encode()).hexdigest()
