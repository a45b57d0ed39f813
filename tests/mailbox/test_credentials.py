"""Where a password comes from: the command, else the keyring, else the environment; and what each may do wrong."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from keyring.backends.null import Keyring as ForgetfulKeyring

from tests.keyrings import FileKeyring, HangingKeyring, LockedKeyring
from watcher.config import MailboxConfig
from watcher.errors import CredentialError, KeyringError
from watcher.mailbox import keyring as ours
from watcher.mailbox.credentials import SERVICE, credential, run_command, store_password, variable_of

VARIABLE = {"KONBINI_PASSWORD_HOME": "of-the-environment"}
WORDS = ("of-the-environment", "of-the-keyring", "of-the-command")


def config(**changes: object) -> MailboxConfig:
    return MailboxConfig("home", "imap.example.jp", "me@example.jp", **changes)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def filled(tmp_path: Path) -> Iterator[FileKeyring]:
    """A keyring of this test that knows the password."""
    before, found = keyring.get_keyring(), FileKeyring(tmp_path / "keyring.json")
    found.set_password(SERVICE, "home", "of-the-keyring")
    keyring.set_keyring(found)
    yield found
    keyring.set_keyring(before)


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_the_command_comes_first() -> None:
    found = credential(config(password_command=("echo", "of-the-command")), VARIABLE)
    assert (found.secret, found.is_token, found.renew) == ("of-the-command", False, None)
    assert "of-the-command" not in repr(found)


def test_then_the_keyring() -> None:
    assert credential(config(), VARIABLE).secret == "of-the-keyring"


def test_then_the_environment() -> None:
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]
    assert credential(config(), VARIABLE).secret == "of-the-environment"


def test_a_token_command_comes_before_all() -> None:
    found = credential(config(token_command=("echo", "t0ken"), password_command=("echo", "x")), VARIABLE)
    assert (found.secret, found.is_token) == ("t0ken", True)


def test_a_command_that_fails_is_not_replaced_by_another_source() -> None:
    with pytest.raises(CredentialError, match="password_command"):
        credential(config(password_command=("false",)), VARIABLE)


def test_without_any_of_them_every_way_is_named() -> None:
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]
    with pytest.raises(CredentialError) as caught:
        credential(config(), {})
    for way in ("password_command", "keyring", "KONBINI_PASSWORD_HOME"):
        assert way in (caught.value.hint or "")
    assert not isinstance(caught.value, KeyringError)


def test_the_variable_has_the_name_in_capitals() -> None:
    assert variable_of("me@example.jp") == "KONBINI_PASSWORD_ME_EXAMPLE_JP"


@pytest.mark.parametrize("printed", ["pw", "pw\n", "pw\r\n"])
def test_one_line_break_at_the_end_is_not_of_the_password(printed: str) -> None:
    assert run_command(python(f"import sys; sys.stdout.buffer.write({printed.encode()!r})"), "x") == "pw"


def test_spaces_and_letters_of_any_kind_are_of_the_password() -> None:
    assert run_command(("printf", "%s", " pásswörd 鍵 "), "x") == " pásswörd 鍵 "


WRONG: list[tuple[str, tuple[str, ...], str]] = [
    ("exit code", python("print('of-the-command'); raise SystemExit(3)"), "exit code 3"),
    ("nothing", ("true",), "gave nothing"),
    ("an empty line", ("echo",), "gave nothing"),
    ("two lines", ("printf", "of-the-command\\nurl: x\\n"), "line break"),
    ("two line breaks", ("printf", "of-the-command\\n\\n"), "line break"),
    ("a NUL", ("printf", "of-the-command\\0"), "line break"),
    ("no UTF-8", ("printf", "of-the-command\\377"), "no UTF-8"),
    ("no such program", ("no-such-program-of-ours",), "could not be run"),
    ("a folder", ("/",), "could not be run"),
    ("a NUL in its words", ("echo\0",), "could not be run"),
]


@pytest.mark.parametrize(("command", "said"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_a_command_does_wrong_is_said_without_what_it_printed(command: tuple[str, ...], said: str) -> None:
    with pytest.raises(CredentialError, match=said) as caught:
        run_command(command, "password_command")
    assert caught.value.hint
    assert caught.value.exit_code == 77
    assert not [word for word in WORDS if word in f"{caught.value}{caught.value.hint}"]


def test_a_command_without_end_is_ended_and_what_it_started_is_not_waited_for(tmp_path: Path) -> None:
    """Its child keeps the pipe open for longer than anybody waits."""
    script = f"sleep 600 & echo $! > {tmp_path}/pid; wait"
    with pytest.raises(CredentialError, match="nothing in"):
        run_command(("sh", "-c", script), "password_command", timeout=1.0)
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)  # raises if it had ended


def test_a_command_has_no_terminal_to_read_from() -> None:
    assert run_command(python("import sys; print(repr(sys.stdin.read()))"), "x") == "''"


def test_a_locked_keyring_is_said_so_unless_the_environment_helps() -> None:
    keyring.set_keyring(LockedKeyring())  # type: ignore[no-untyped-call]
    assert credential(config(), VARIABLE).secret == "of-the-environment"
    with pytest.raises(KeyringError, match="locked") as caught:
        credential(config(), {})
    assert "password_command" in (caught.value.hint or "")
    with pytest.raises(KeyringError) as refused:
        store_password("home", "of-the-command")
    assert "of-the-command" not in f"{refused.value!r} {refused.value.hint}"


def test_a_keyring_that_waits_for_the_person_is_asked_once_and_heard_later() -> None:
    hanging = HangingKeyring()
    keyring.set_keyring(hanging)
    for _ in range(3):
        with pytest.raises(KeyringError, match="does not answer"):
            ours.read(SERVICE, "hanging", patience=0.05)
    assert hanging.questions == 1
    hanging.opened.set()
    assert ours.read(SERVICE, "hanging", patience=60) == f"{SERVICE} hanging"


def test_a_keyring_that_keeps_nothing_is_noticed() -> None:
    keyring.set_keyring(ForgetfulKeyring())  # type: ignore[no-untyped-call]
    with pytest.raises(CredentialError, match="did not keep"):
        store_password("home", "of-the-command")


def test_no_keyring_names_what_works_without() -> None:
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]
    with pytest.raises(CredentialError, match="no keyring") as caught:
        store_password("home", "of-the-command")
    assert "KONBINI_PASSWORD_HOME" in (caught.value.hint or "")


def test_what_is_stored_is_found(filled: FileKeyring) -> None:
    store_password("work", "pä ss")
    assert credential(MailboxConfig("work", "h", "u"), {}).secret == "pä ss"
    assert filled.path.exists()
