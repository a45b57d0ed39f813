"""The configuration says everything that is wrong with it at once, and the example works as it stands."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from datetime import time
from pathlib import Path

import pytest

from watcher.config import (
    CalendarConfig,
    Config,
    MailboxConfig,
    NotifyConfig,
    OAuthServer,
    RemindersConfig,
    StoreConfig,
)
from watcher.config_file import parse_config, read_config
from watcher.config_oauth import is_safe
from watcher.errors import ConfigurationError
from watcher.extractors.notice import PointKind

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"
MINIMAL = '[[mailbox]]\nhost = "imap.example.jp"\nuser = "me@example.jp"\n'


def parsed(text: str) -> Config:
    return parse_config(tomllib.loads(text))


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as caught:
        parsed(text)
    return caught.value.problems


def test_example_loads() -> None:
    config = parsed(EXAMPLE.read_text("utf-8"))
    assert [mailbox.host for mailbox in config.mailboxes] == ["imap.example.jp"]


def test_example_shows_the_defaults() -> None:
    example, minimal = parsed(EXAMPLE.read_text("utf-8")), parsed(MINIMAL)
    assert example.reminders == minimal.reminders
    assert example.notify == minimal.notify
    assert example.store == minimal.store
    assert example.calendar == minimal.calendar
    assert example.mailboxes[0].folders == minimal.mailboxes[0].folders
    assert example.mailboxes[0].forwarders == minimal.mailboxes[0].forwarders


ELSEWHERE = {"path", "warnings", "mailboxes"} | {"reminders", "notify", "calendar", "oauth", "hold", "store"}
"""No keys of a table: what the program adds, and tables."""


@pytest.mark.parametrize("part", [Config, MailboxConfig, StoreConfig, RemindersConfig, NotifyConfig, CalendarConfig])
def test_example_shows_every_key(part: type) -> None:
    text = EXAMPLE.read_text("utf-8")
    for name in {field.name for field in fields(part)} - ELSEWHERE:
        assert re.search(rf"^(# )?{name} = ", text, re.MULTILINE), name


def test_example_shows_every_table_and_whatever_may_be_in_some() -> None:
    text = EXAMPLE.read_text("utf-8")
    kinds = {kind.value for kind in PointKind} - {"konbini", "unknown"}  # the konbini's are hold_days and safe_days
    for name in kinds | {field.name for field in fields(OAuthServer)} | {"path"}:
        assert re.search(rf"^(# )?{name} = ", text, re.MULTILINE), name
    for table in (
        "[[mailbox]]",
        "[store]",
        "[reminders]",
        "[notify]",
        "[calendar]",
        "[trust]",
        "[oauth.work]",
        "[hold]",
    ):
        assert re.search(rf"^(# )?{re.escape(table)}", text, re.MULTILINE), table


def test_all_mistakes_at_once_with_the_nearest_key() -> None:
    found = problems(
        '[[mailbox]]\nhost = "imap.example.jp"\nusr = "x"\nport = "993"\n'
        '[reminders]\nat = "25:00"\nquiet = "22"\n[notify]\ndesctop = true\n'
    )
    assert found == (
        "mailbox[0].user: is missing",
        "mailbox[0].port: must be a whole number from 1 to 65535",
        'reminders.at: must be a time such as "18:00"',
        'reminders.quiet: must be two times such as "22:00-07:00", or "" for none',
        "mailbox[0].usr: there is no such key; did you mean 'user'?",
        "notify.desctop: there is no such key; did you mean 'desktop'?",
    )


def test_password_in_the_file_is_refused_without_repeating_it() -> None:
    (problem,) = problems(MINIMAL + 'password = "correct horse"\n')
    assert problem.startswith("mailbox[0].password: ")
    assert "horse" not in problem


def test_plain_text_goes_to_loopback_only() -> None:
    assert problems(MINIMAL + 'security = "plain"\n')[0].startswith("mailbox[0].security: ")
    config = parsed('[[mailbox]]\nhost = "127.0.0.1"\nuser = "u"\nsecurity = "plain"\n')
    assert config.mailboxes[0].port == 143


@pytest.mark.parametrize("value", ['"a\\r\\nA1 LOGOUT"', '"a\\u0000"'])
def test_control_characters_never_reach_the_wire(value: str) -> None:
    assert "control characters" in problems(MINIMAL.replace('"me@example.jp"', value))[0]
    assert "control characters" in problems(MINIMAL + f"folders = [{value}]\n")[0]


def test_a_renewal_later_than_29_minutes_is_refused() -> None:
    assert problems(MINIMAL + "idle_minutes = 30\n") == (
        "mailbox[0].idle_minutes: must be a whole number from 1 to 29",
    )


def test_times_and_quiet_hours() -> None:
    config = parsed('[reminders]\nat = "7:30"\nquiet = ""\ndays_before = [0, 5, 5]\n')
    assert config.reminders.at == time(7, 30)
    assert config.reminders.quiet == (time(), time())
    assert config.reminders.days_before == (5, 0)


def test_the_calendar_is_a_file_at_a_whole_path(tmp_path: Path) -> None:
    assert parsed(MINIMAL).calendar.file is None
    assert parsed('[calendar]\nfile = ""\n').calendar.file is None
    assert parsed('[calendar]\nfile = "~/konbini.ics"\n').calendar.file == Path.home() / "konbini.ics"
    assert problems('[calendar]\nfile = "konbini.ics"\n')[0].startswith("calendar.file: must be a whole path")
    assert problems(f'[calendar]\nfile = "{tmp_path}"\n')[0].startswith("calendar.file: is a folder")
    assert problems('[calendar]\nfile = 3\nfle = "x"\n[calender]\n') == (
        "calendar.file: must be a string",
        "calender: there is no such key; did you mean 'calendar'?",
        "calendar.fle: there is no such key; did you mean 'file'?",
    )


def test_two_mailboxes_of_one_name() -> None:
    assert problems(MINIMAL + MINIMAL) == ("mailbox: two mailboxes are named 'imap.example.jp'",)


def test_missing_file_names_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_config(tmp_path / "none.toml")
    assert "konbini init" in (caught.value.hint or "")


def test_no_toml(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text("= =")
    with pytest.raises(ConfigurationError, match="no TOML"):
        read_config(path)


def test_file_that_others_can_read_is_warned_of(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text(MINIMAL)
    path.chmod(0o644)
    assert read_config(path).warnings
    path.chmod(0o600)
    assert not read_config(path).warnings


OAUTH = MINIMAL + 'oauth = "google"\noauth_client_id = "id.apps.example"\n'


def test_oauth_is_a_known_provider_or_one_of_the_file() -> None:
    google = parsed(OAUTH).mailboxes[0]
    assert (google.oauth, google.oauth_client_id, google.oauth_tenant) == ("google", "id.apps.example", "common")
    own = parsed(
        '[oauth.work]\ntoken_url = "https://sso.example.jp/token"\ndevice_url = "https://sso.example.jp/device"\n'
        'scopes = ["imap"]\n' + OAUTH.replace('"google"', '"work"')
    )
    assert own.mailboxes[0].oauth == "work"
    assert own.oauth["work"].scopes == ("imap",)


def test_oauth_says_all_that_is_missing() -> None:
    assert problems(
        MINIMAL + 'oauth = "gogle"\npassword_command = ["x"]\noauth_tenant = "../evil"\n'
        '[oauth.work]\ntoken_url = "http://sso.example.jp/token"\n[oauth.google]\ntokenurl = "x"\n'
    ) == (
        "oauth.work.token_url: must begin with https:// (http:// is for a server on this machine only)",
        "oauth.work.device_url: is missing; give it or authorization_url",
        "oauth.work.scopes: is missing",
        "mailbox[0].oauth: must be one of google, microsoft, work; did you mean 'google'?",
        'mailbox[0].oauth_tenant: must be "common", "consumers", "organizations", a domain or an id',
        "oauth.google.tokenurl: there is no such key; did you mean 'token_url'?",
    )
    assert problems(MINIMAL + 'oauth = "google"\ntoken_command = ["x"]\n') == (
        "mailbox[0].oauth_client_id: is missing; docs/oauth.md tells how to get one",
        "mailbox[0].token_command: give either this or oauth, not both",
    )


@pytest.mark.parametrize("key", ["oauth_client_secret", "client_secret", "refresh_token", "access_token", "token"])
def test_a_token_or_a_clients_secret_in_the_file_is_refused(key: str) -> None:
    (problem,) = problems(OAUTH + f'{key} = "correct horse"\n')
    assert problem.startswith(f"mailbox[0].{key}: ")
    assert "horse" not in problem


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("https://a.example/x", True), ("http://127.0.0.1:1/x", True), ("http://localhost/x", True),
        ("http://[::1]:8/x", True), ("http://a.example", False), ("ftp://a.example", False), ("https://", False),
        ("https:a.example", False), ("http://127.0.0.1.a.example", False), ("http://localhost@a.example", False),
        ("https://a.example:port", False), ("file:///etc/passwd", False), ("https://[a.example", False),
    ],
)  # fmt: skip
def test_tokens_travel_encrypted_or_not_at_all(url: str, fine: bool) -> None:
    assert is_safe(url) is fine
