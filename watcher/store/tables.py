"""The tables, and how times are kept in them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept as UTC and given back as UTC; SQLite itself would lose the offset.

    Raises:
        ValueError: the moment is naive.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without an offset cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text from outside; lone surrogates, which no database takes, become question marks."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        del dialect
        return value if value is None or value.isascii() else value.encode("utf-8", "replace").decode()


def _table(name: str, *parts: Column[Any] | UniqueConstraint | Index, grows: bool = False) -> Table:
    """A table; one that ``grows`` never gives an id of a deleted row to another."""
    return Table(name, metadata, *parts, sqlite_autoincrement=grows)


def _to(column: str) -> ForeignKey:
    return ForeignKey(column, ondelete="CASCADE")


cursor = _table(
    "cursor",
    Column("mailbox", Words, primary_key=True),
    Column("folder", Words, primary_key=True),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
)

attempt = _table(
    "attempt",
    Column("mailbox", Words, primary_key=True),
    Column("folder", Words, primary_key=True),
    Column("uidvalidity", BigInteger, primary_key=True, autoincrement=False),
    Column("uid", BigInteger, primary_key=True, autoincrement=False),
    Column("tries", Integer, nullable=False),
)

message = _table(
    "message",
    Column("id", Integer, primary_key=True),
    Column("mailbox", Words, nullable=False),
    Column("folder", Words, nullable=False),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("message_id", Words, index=True),
    Column("date", UtcDateTime),
    Column("received_at", UtcDateTime),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("state", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("trust", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("method", Words),
    Column("judged_at", UtcDateTime),
    Column("judge_again_at", UtcDateTime, index=True),
    Column("sender_domain", Words),
    Column("problems", Words, nullable=False),
    Index(None, "mailbox", "folder", "uidvalidity", "uid"),
    Index(None, "state", "recorded_at"),
    Index(None, "mailbox", "state"),
    grows=True,
)

raw_message = _table(
    "raw_message",
    Column("message_row", Integer, _to("message.id"), primary_key=True, autoincrement=False),
    Column("packed", LargeBinary, nullable=False),
)

notice = _table(
    "notice",
    Column("message_row", Integer, _to("message.id"), primary_key=True, autoincrement=False),
    Column("digest", Words, nullable=False, index=True),
    Column("raw_digest", Words, nullable=False),
    Column("orders", Words, nullable=False),
)

parcel = _table(
    "parcel",
    Column("id", Integer, primary_key=True),
    Column("status", Words, nullable=False),
    Column("order_number", Words, index=True),
    Column("inquiry_number", Words, index=True),
    Column("check_digit", Words, nullable=False),
    Column("auth_number", Words),
    Column("auth_source", Words),
    Column("point_kind", Words),
    Column("point_chain", Words),
    Column("point_name", Words),
    Column("pickup_code", Words, index=True),
    Column("deadline", Date),
    Column("deadline_source", Words),
    Column("deadline_text", Words),
    Column("safe_by", Date),
    Column("trust", Words, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("mailbox", Words),
    Column("expected", Date),
    Column("orders", Words, nullable=False),
    Column("ambiguous", Boolean, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("closed_at", UtcDateTime, index=True),
    Column("note", Words),
    Column("returned_before", Words, nullable=False, server_default="[]"),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("latest_at", UtcDateTime, nullable=False),
    Column("began", Words, nullable=False),
    Index(None, "status", "deadline"),
    grows=True,
)

former_parcel = _table(
    "former_parcel",
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("parcel_id", Integer, _to("parcel.id"), nullable=False, index=True),
)

reading = _table(
    "reading",
    Column("message_row", Integer, _to("message.id"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("parcel_id", Integer, ForeignKey("parcel.id", ondelete="SET NULL"), index=True),
    Column("data", Words, nullable=False),
)

action = _table(
    "action",
    Column("id", Integer, primary_key=True),
    Column("parcel_id", Integer, ForeignKey("parcel.id", ondelete="SET NULL"), index=True),
    Column("kind", Words, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("anchor", Words, nullable=False),
    Column("began", Words, index=True),
    Column("follows", UtcDateTime),
    Column("data", Words),
    Column("status", Words),
    Column("note", Words),
    grows=True,
)

message_key = Table(
    "message_key",
    metadata,
    Column("key", Words, primary_key=True),
    Column("message_row", Integer, _to("message.id"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

action_key = Table(
    "action_key",
    metadata,
    Column("key", Words, primary_key=True),
    Column("action_id", Integer, _to("action.id"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

reminder = _table(
    "reminder",
    Column("id", Integer, primary_key=True),
    Column("parcel_id", Integer, _to("parcel.id"), nullable=False),
    Column("occasion", Words, nullable=False),
    Column("about", Date),
    Column("days_before", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("state", Words, nullable=False),
    Column("wake_at", UtcDateTime, index=True),
    Column("sent_at", UtcDateTime),
    Index(None, "parcel_id", "state", "due_at"),
    grows=True,
)

delivery = _table(
    "delivery",
    Column("reminder_id", Integer, _to("reminder.id"), primary_key=True, autoincrement=False),
    Column("channel", Words, primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("failed_at", UtcDateTime),
    Column("next_at", UtcDateTime),
    Column("error", Words),
)

rules = _table(
    "rules",
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("digest", Words, nullable=False),
)

health = _table(
    "health",
    Column("mailbox", Words, primary_key=True),
    Column("connection", Words, nullable=False),
    Column("connected_since", UtcDateTime),
    Column("reached_at", UtcDateTime),
    Column("last_mail_at", UtcDateTime),
    Column("error", Words),
    Column("error_text", Words),
    Column("retry_at", UtcDateTime),
    Column("uses_idle", Boolean),
    Column("failed_at", UtcDateTime),
    Column("failure", Words),
    Column("failing_since", UtcDateTime),
    Column("told", Words),
)
