"""Where the configuration and the store lie. Imports nothing of this project, and little else: completion asks too."""

from __future__ import annotations

import os
from pathlib import Path

APP = "konbini-watcher"
ENVIRONMENT = "KONBINI_CONFIG"

_SQLITE = "sqlite:///"


def config_path(chosen: Path | None = None) -> Path:
    """Where the configuration lies: ``--config``, else ``KONBINI_CONFIG``, else the platform's folder."""
    if chosen is not None:
        return chosen
    named = os.environ.get(ENVIRONMENT)
    if named:
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path(APP) / "config.toml"


def default_store_url() -> str:
    """The SQLite file in the platform's folder for state."""
    from platformdirs import user_state_path

    return sqlite_url(user_state_path(APP) / "parcels.sqlite3")


def sqlite_url(path: Path) -> str:
    """The SQLAlchemy URL of a SQLite file."""
    return f"{_SQLITE}{path}"


def sqlite_file(url: str) -> Path | None:
    """The file of :func:`sqlite_url`, or None for another database."""
    return Path(url.removeprefix(_SQLITE)) if url.startswith(_SQLITE) else None
