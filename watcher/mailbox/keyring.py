"""The system's keyring, asked with patience that ends: a locked one may wait for the person for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable

from watcher.errors import CredentialError, KeyringError, MissingExtraError, WatcherError

PATIENCE = 1.5
"""Seconds until the keyring is taken to be locked; starting must not take three."""

_ABSENT = "password_command, token_command or the environment work without one; see config.example.toml"
_UNPROTECTED = (
    "use password_command or token_command; or, if you want just that file, name its backend to the keyring library"
)
_LOCKED = "unlock it, or use password_command or token_command instead"


def read(service: str, user: str, patience: float = PATIENCE) -> str | None:
    """A secret; None where the keyring knows none.

    Raises:
        MissingExtraError: the extra ``keyring`` is not installed.
        KeyringError: it is locked or does not answer in time.
        CredentialError: this machine has none, or only one that writes in plain text and that nobody asked for.
    """
    return _asked(("read", service, user), lambda: _backend().get_password(service, user), patience)


def write(service: str, user: str, secret: str, patience: float = PATIENCE) -> None:
    """Keeps a secret, and looks whether it is really kept.

    Raises:
        MissingExtraError, KeyringError, CredentialError: as :func:`read`.
    """

    def kept() -> str | None:
        backend = _backend()
        backend.set_password(service, user, secret)
        return backend.get_password(service, user)

    if _asked(("write", service, user, secret), kept, patience) != secret:
        raise CredentialError("the keyring did not keep what it was given", _ABSENT)


def forget(service: str, user: str, patience: float = PATIENCE) -> None:
    """Takes a secret out again.

    Raises:
        MissingExtraError, KeyringError, CredentialError: as :func:`read`.
    """
    _asked(("forget", service, user), lambda: _backend().delete_password(service, user), patience)


class _Backend:
    """What we use of the library."""

    def __init__(self) -> None:
        import keyring
        from keyring.backends.fail import Keyring as NoKeyring

        chosen = keyring.get_keyring()
        if isinstance(chosen, NoKeyring):
            raise CredentialError("this machine has no keyring", _ABSENT)
        if type(chosen).__module__.startswith("keyrings.alt") and not _was_named():
            raise CredentialError("the only keyring here is a file that nothing protects", _UNPROTECTED)
        self.get_password: Callable[[str, str], str | None] = keyring.get_password
        self.set_password: Callable[[str, str, str], None] = keyring.set_password
        self.delete_password: Callable[[str, str], None] = keyring.delete_password


def _was_named() -> bool:
    """Whether the person has named a backend, in the environment or in the library's own configuration."""
    from keyring.core import load_config, load_env

    return load_env() is not None or load_config() is not None


def _backend() -> _Backend:
    try:
        return _Backend()
    except ImportError:
        raise MissingExtraError(
            "the system's keyring needs an extra", "install it: pip install 'konbini-watcher[keyring]'"
        ) from None


class _Call:
    """One question to the keyring, on a thread of its own, which may outlive our patience."""

    def __init__(self, function: Callable[[], str | None]) -> None:
        self._function = function
        self.done = threading.Event()
        self.found: str | None = None
        self.error: WatcherError | None = None
        threading.Thread(target=self._run, name="keyring", daemon=True).start()

    def _run(self) -> None:
        try:
            self.found = self._function()
        except WatcherError as error:
            self.error = error
        except BaseException as error:  # noqa: BLE001 (each backend has its own, and nobody else hears of a thread's)
            self.error = KeyringError(f"the keyring is locked or out of order ({type(error).__name__})", _LOCKED)
        finally:
            self.done.set()


_calls: dict[tuple[str, ...], _Call] = {}
_lock = threading.Lock()


def _asked(question: tuple[str, ...], function: Callable[[], str | None], patience: float) -> str | None:
    """Asks, or goes on waiting for the same question: one that waits for the person is not asked twice."""
    with _lock:
        call = _calls.get(question)
        if call is None:
            call = _calls[question] = _Call(function)
    if not call.done.wait(patience):
        raise KeyringError("the keyring does not answer; it may be waiting to be unlocked", _LOCKED)
    with _lock:
        if _calls.get(question) is call:
            del _calls[question]
    if call.error is not None:
        raise call.error
    return call.found
