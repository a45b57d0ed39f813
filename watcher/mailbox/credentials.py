"""The password or token of a mailbox: fetched at each login, kept nowhere, never logged."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from watcher.config import MailboxConfig
from watcher.errors import CredentialError, KeyringError, MissingExtraError
from watcher.mailbox import keyring

SERVICE = "konbini-watcher"
TIMEOUT = 30.0
_HINT = (
    "give password_command in the configuration, or store it in the system's keyring under the service "
    f"{SERVICE}, or set {{}}"
)


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret for a login; its text is never shown.

    Attributes:
        secret: the password or token.
        is_token: True for an OAuth2 access token.
        renew: gives another one after this one was refused, or None where there is no other; raises CredentialError,
            MailboxError.
    """

    secret: str
    is_token: bool = False
    renew: Callable[[], Credential | None] | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        return "Credential(…)"


def credential(config: MailboxConfig, environ: Mapping[str, str] = os.environ, timeout: float = TIMEOUT) -> Credential:
    """The secret of a mailbox without ``oauth``: token_command, else password_command, else the keyring, else the
    environment.

    Args:
        config: the mailbox.
        environ: the environment.
        timeout: seconds for a command.

    Raises:
        CredentialError: there is none, or the command failed; KeyringError where a locked keyring may have it.
    """
    if config.token_command:
        return _token(config.token_command, timeout)
    if config.password_command:
        return Credential(run_command(config.password_command, "password_command", timeout))
    variable = variable_of(config.name)
    found, locked = _from_keyring(config.name)
    found = found or environ.get(variable)
    if not found:
        raise locked or CredentialError(f"there is no password for the mailbox {config.name!r}", _HINT.format(variable))
    return _checked(found, config.name)


def variable_of(mailbox: str) -> str:
    """The environment variable of a mailbox: KONBINI_PASSWORD_ and its name in capitals."""
    return "KONBINI_PASSWORD_" + re.sub(r"[^A-Z0-9]", "_", mailbox.upper())


def store_password(mailbox: str, password: str, patience: float = keyring.PATIENCE) -> None:
    """Puts a mailbox's password into the system's keyring, which is waited for so many seconds.

    Raises:
        MissingExtraError: the extra ``keyring`` is not installed.
        CredentialError: there is no keyring, or it is locked.
    """
    try:
        keyring.write(SERVICE, mailbox, _checked(password, mailbox).secret, patience)
    except KeyringError:
        raise
    except CredentialError as error:
        raise CredentialError(f"the keyring took no password ({error})", _HINT.format(variable_of(mailbox))) from None


def forget_password(mailbox: str) -> None:
    """Takes a mailbox's password out of the system's keyring; one that does not answer keeps it."""
    with contextlib.suppress(CredentialError, MissingExtraError):
        keyring.forget(SERVICE, mailbox)


def run_command(command: Sequence[str], key: str, timeout: float = TIMEOUT) -> str:
    """What a command prints, without the line break at its end.

    Args:
        command: its words; no shell is used, and it has no standard input.
        key: of the configuration, for the errors.
        timeout: seconds.

    Raises:
        CredentialError: it failed, took too long, or printed nothing, or more than one line.
    """
    try:
        with subprocess.Popen(
            list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            try:
                output, _ = process.communicate(timeout=timeout)
            except subprocess.TimeoutExpired:
                # Only the pipe is closed to what it may have started: waiting for their end could take for ever.
                process.kill()
                raise CredentialError(
                    f"{key} gave nothing in {timeout:.0f} s", "try it in a terminal; it must not ask anything"
                ) from None
    except (OSError, ValueError) as error:
        raise CredentialError(f"{key} could not be run ({type(error).__name__})", "try it in a terminal") from None
    try:
        secret = output.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise CredentialError(f"{key} printed what is no UTF-8 text", "it must print the secret alone") from None
    if process.returncode or not secret:
        raise CredentialError(
            f"{key} gave nothing (exit code {process.returncode})", "try it in a terminal; it must print the secret"
        )
    return _checked(secret, key).secret


def _token(command: Sequence[str], timeout: float) -> Credential:
    """The token that a command prints; after a refusal it is asked again, and only another token is another try."""
    token = run_command(command, "token_command", timeout)

    def renewed() -> Credential | None:
        other = run_command(command, "token_command", timeout)
        return None if other == token else Credential(other, is_token=True)

    return Credential(token, is_token=True, renew=renewed)


def _checked(secret: str, source: str) -> Credential:
    if any(sign in secret for sign in "\r\n\0"):
        raise CredentialError(
            f"the password of {source!r} has a line break in it", "a command must print one line, the secret alone"
        )
    return Credential(secret)


def _from_keyring(name: str) -> tuple[str | None, KeyringError | None]:
    """The keyring's password, or None where there is none; and the error of a locked one, which may have it."""
    try:
        return keyring.read(SERVICE, name), None
    except KeyringError as error:
        return None, error
    except (CredentialError, MissingExtraError):
        return None, None
