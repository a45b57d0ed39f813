"""Both stores, and places for databases."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.store.mails import RULES
from watcher.parcels.rules import Rules
from watcher.store.engine import open_engine
from watcher.store.memory import MemoryStore
from watcher.store.migrate import upgrade
from watcher.store.sql_store import SqlStore
from watcher.store.store import Store

Make = Callable[[Rules], Store]


@pytest.fixture
def sql_store(tmp_path: Path) -> Iterator[SqlStore]:
    """An empty store in a file."""
    store = open_sql_store(tmp_path / "parcels.sqlite3")
    yield store
    store.dispose()


def open_sql_store(path: Path, rules: Rules = RULES) -> SqlStore:
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    return SqlStore(engine, rules)


POSTGRESQL = os.environ.get("KONBINI_POSTGRESQL")
"""The URL of an empty PostgreSQL database; where it is set, both stores are three."""
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")


def open_on_postgresql(address: str, schema: str, rules: Rules) -> SqlStore:
    """An empty store in a schema of its own."""
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    engine.dispose()
    own = open_engine(f"{address}?options=-csearch_path%3D{schema}")
    upgrade(own)
    return SqlStore(own, rules)


@pytest.fixture(params=["sql", "memory", *(["postgresql"] if POSTGRESQL else [])])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    """Makes stores of one kind, and disposes of them."""
    made: list[Store] = []

    def build(rules: Rules) -> Store:
        if request.param == "memory":
            store: Store = MemoryStore(rules)
        elif request.param == "postgresql":
            store = open_on_postgresql(str(POSTGRESQL), f"konbini_{len(made)}_{WORKER}", rules)
        else:
            store = open_sql_store(tmp_path / f"{len(made)}.sqlite3", rules)
        made.append(store)
        return store

    yield build
    for store in made:
        store.dispose()


@pytest.fixture
def store(make: Make) -> Store:
    """An empty store, of both kinds in turn."""
    return make(RULES)
