"""The password or token of a mailbox: fetched at each login, kept nowhere, never logged."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from watcher.config import MailboxConfig
from watcher.errors import CredentialError, MissingExtraError

SERVICE = "konbini-watcher"
TIMEOUT = 30.0
_HINT = (
    "give password_command in the configuration, or store it in the system's keyring under the service "
    f"{SERVICE}, or set {{}}"
)

Run = Callable[[Sequence[str]], str]


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret for a login; ``is_token`` for an OAuth2 access token. Its text is never shown."""

    secret: str
    is_token: bool = False

    def __repr__(self) -> str:
        return "Credential(…)"


def credential(config: MailboxConfig, environ: Mapping[str, str] = os.environ) -> Credential:
    """The secret of a mailbox: token_command, else password_command, else the keyring, else the environment.

    Raises:
        CredentialError: there is none, or the command failed.
    """
    if config.token_command:
        return Credential(_run(config.token_command, "token_command"), is_token=True)
    if config.password_command:
        return Credential(_run(config.password_command, "password_command"))
    variable = variable_of(config.name)
    found = _from_keyring(config.name) or environ.get(variable)
    if not found:
        raise CredentialError(f"there is no password for the mailbox {config.name!r}", _HINT.format(variable))
    return _checked(found, config.name)


def variable_of(mailbox: str) -> str:
    """The environment variable of a mailbox: KONBINI_PASSWORD_ and its name in capitals."""
    return "KONBINI_PASSWORD_" + re.sub(r"[^A-Z0-9]", "_", mailbox.upper())


def store_password(mailbox: str, password: str) -> None:
    """Puts a mailbox's password into the system's keyring.

    Raises:
        MissingExtraError: the extra ``keyring`` is not installed.
        CredentialError: there is no keyring, or it is locked.
    """
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise MissingExtraError(
            "the system's keyring needs an extra", "install it: pip install 'konbini-watcher[keyring]'"
        ) from None
    try:
        keyring.set_password(SERVICE, mailbox, _checked(password, mailbox).secret)
    except (KeyringError, RuntimeError, OSError) as error:
        raise CredentialError(
            f"the keyring took no password ({type(error).__name__})", _HINT.format(variable_of(mailbox))
        ) from None


def _checked(secret: str, source: str) -> Credential:
    if any(sign in secret for sign in "\r\n\0"):
        raise CredentialError(f"the password of {source!r} has a line break in it")
    return Credential(secret)


def _run(command: Sequence[str], key: str) -> str:
    try:
        done = subprocess.run(
            list(command), stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CredentialError(f"{key} could not be run ({type(error).__name__})", "try it in a terminal") from None
    secret = done.stdout.decode("utf-8", "replace").removesuffix("\n").removesuffix("\r")
    if done.returncode or not secret:
        raise CredentialError(
            f"{key} gave nothing (exit code {done.returncode})", "try it in a terminal; it must print the secret"
        )
    return _checked(secret, key).secret


def _from_keyring(name: str) -> str | None:
    """The keyring's password; None where there is no keyring, it is locked, or it knows none."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        return keyring.get_password(SERVICE, name)
    except (KeyringError, RuntimeError, OSError):
        return None
