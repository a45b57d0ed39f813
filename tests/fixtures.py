"""Walks the mails of ``fixtures/emails`` with what is expected of each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
EMAILS = ROOT / "fixtures" / "emails"
AUTHSERV_ID = "mx.example.jp"
NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


def fixtures() -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each mail with its expected contract object."""
    for path in sorted(EMAILS.rglob("*.eml")):
        yield path, json.loads(path.with_suffix(".json").read_text("utf-8"))


def name_of(path: Path) -> str:
    """A fixture's name for a test's id."""
    return str(path.relative_to(EMAILS).with_suffix(""))
