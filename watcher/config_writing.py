"""Writes a configuration for a person to read: commented, for their eyes only, whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from watcher.config import MailboxConfig
from watcher.config_file import parse_config
from watcher.errors import ConfigurationError

_KEPT = ".before-init"


@dataclass(frozen=True, slots=True)
class Comments:
    """The sentences of the file, in one language; ``file`` and ``rest`` may have several lines."""

    file: str
    password_keyring: str
    password_environment: str
    password_command: str
    oauth: str
    folders: str
    authserv_id: str
    no_authserv_id: str
    lookback: str
    forwarders: str
    rest: str


def render(mailbox: MailboxConfig, language: str, where: str, comments: Comments) -> str:
    """A whole configuration with one mailbox.

    Args:
        mailbox: to watch.
        language: ``ja``, ``en`` or ``auto``.
        where: where the password is: ``keyring``, ``environment``, ``command`` or ``oauth``.
        comments: in the person's language.
    """
    head = [*_commented(comments.file), f"language = {_text(language)}", ""]
    return "\n".join((*head, *_mailbox(mailbox, where, comments), "", *_commented(comments.rest), ""))


def add_to(text: str, mailbox: MailboxConfig, where: str, comments: Comments, path: Path) -> str:
    """An existing configuration with one mailbox more; what stands in it stays to the letter.

    Raises:
        ConfigurationError: the file has mistakes, or would have with the new mailbox.
    """
    added = "\n".join((text.rstrip("\n"), "", *_mailbox(mailbox, where, comments), ""))
    try:
        parse_config(tomllib.loads(added), path)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            (f"{path}: no mailbox can be added: {error}",), "add the [[mailbox]] by hand; config.example.toml shows how"
        ) from error
    return added


def write(path: Path, text: str, *, replace: bool) -> Path | None:
    """Puts the file in place at once, mode 0600; it is never there by half.

    Args:
        path: of the configuration; a link stays a link.
        text: of the whole file.
        replace: False refuses to touch a file that is there.

    Returns:
        Where the file that was replaced is kept, or None.

    Raises:
        ConfigurationError: it is there already, or cannot be written.
    """
    place = path.resolve()
    new = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if not replace:
            os.link(new, place)
            return None
        return _replaced(new, place)
    except FileExistsError as error:
        raise ConfigurationError((f"{path} is already there",), "--force replaces it, --add adds to it") from error
    except OSError as error:
        raise ConfigurationError(
            (f"{path} cannot be written: {error.strerror}",), "name another file with --config"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            new.unlink()


def _replaced(new: Path, place: Path) -> Path | None:
    kept = place.with_name(place.name + _KEPT)
    there = place.exists()
    if there:
        beside = new.with_name(new.name + _KEPT)
        os.link(place, beside)
        beside.replace(kept)
        kept.chmod(0o600)
    new.replace(place)
    return kept if there else None


def _mailbox(mailbox: MailboxConfig, where: str, comments: Comments) -> Iterable[str]:
    yield "[[mailbox]]"
    yield f"name = {_text(mailbox.name)}"
    yield f"host = {_text(mailbox.host)}"
    yield f"port = {mailbox.port}"
    yield f"security = {_text(mailbox.security)}"
    yield f"user = {_text(mailbox.user)}"
    said = {
        "keyring": comments.password_keyring,
        "environment": comments.password_environment,
        "command": comments.password_command,
        "oauth": comments.oauth,
    }[where]
    yield from _commented(said)
    if mailbox.oauth is not None:
        yield f"oauth = {_text(mailbox.oauth)}"
    if mailbox.oauth_client_id is not None:
        yield f"oauth_client_id = {_text(mailbox.oauth_client_id)}"
    if mailbox.password_command is not None:
        yield f"password_command = {_texts(mailbox.password_command)}"
    if mailbox.ca_file is not None:
        yield f"ca_file = {_text(str(mailbox.ca_file))}"
    yield f"folders = {_texts(mailbox.folders)}  # {comments.folders}"
    if mailbox.authserv_id is not None:
        yield f"authserv_id = {_text(mailbox.authserv_id)}  # {comments.authserv_id}"
    else:
        yield f'# authserv_id = "mx.example.jp"  # {comments.no_authserv_id}'
    yield f"lookback_days = {mailbox.lookback_days}  # {comments.lookback}"
    yield f"forwarders = {_texts(mailbox.forwarders)}  # {comments.forwarders}"


def _commented(text: str) -> Iterable[str]:
    return (f"# {line}" if line else "" for line in text.split("\n"))


def _text(value: str) -> str:
    """A TOML basic string; JSON escapes in the same way but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _texts(values: Iterable[str]) -> str:
    return f"[{', '.join(_text(value) for value in values)}]"
