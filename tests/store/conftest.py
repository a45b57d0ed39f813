"""Both stores, and places for databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

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


@pytest.fixture(params=["sql", "memory"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    """Makes stores of one kind, and disposes of them."""
    made: list[Store] = []

    def build(rules: Rules) -> Store:
        if request.param == "memory":
            store: Store = MemoryStore(rules)
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
