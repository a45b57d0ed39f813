"""Keyrings as the library loads them; the environment chooses one: ``PYTHON_KEYRING_BACKEND=tests.keyrings.…``."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

FILE = "KONBINI_TEST_KEYRING"


class FileKeyring(KeyringBackend):
    """A keyring in a file that several processes share."""

    priority = -1.0  # chosen by name only

    def __init__(self, path: Path | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.path = path or Path(os.environ.get(FILE, os.devnull))

    def get_password(self, service: str, username: str) -> str | None:
        found = self._all().get(f"{service} {username}")
        return None if found is None else str(found)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.path.write_text(json.dumps(self._all() | {f"{service} {username}": password}), "utf-8")

    def _all(self) -> dict[str, str]:
        if not self.path.exists():
            return {}
        found: dict[str, str] = json.loads(self.path.read_text("utf-8"))
        return found


class LockedKeyring(KeyringBackend):
    """A keyring that nobody unlocks."""

    priority = -1.0

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked(f"{service} {username} {password}")


class HangingKeyring(KeyringBackend):
    """A keyring that waits for the person until it is ``opened``."""

    priority = -1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.opened = threading.Event()
        self.questions = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.questions += 1
        self.opened.wait()
        return f"{service} {username}"

    def set_password(self, service: str, username: str, password: str) -> None:  # noqa: ARG002 (the library's)
        self.opened.wait()


class ReadOnlyKeyring(FileKeyring):
    """A keyring that gives, and takes nothing."""

    priority = -1.0

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked(f"{service} {username} {password}")
