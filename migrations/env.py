"""Runs the migration scripts on the program's own connection, or for a contributor on ``-x url=…``."""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from watcher.store.engine import open_engine
from watcher.store.tables import UtcDateTime, Words, metadata


def render(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    """Writes our types as what they are in the database, so that old scripts need nothing of the program."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return "sa.Text()" if kind == "type" and isinstance(item, Words) else False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=render,
        transactional_ddl=False,  # the caller's transaction holds everything
    )
    context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = open_engine(context.get_x_argument(as_dictionary=True).get("url", "sqlite://"))
    try:
        with engine.begin() as own:
            run(own)
    finally:
        engine.dispose()
