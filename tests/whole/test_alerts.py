"""What the watcher says about itself: once, and quietly."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from watcher.alerts import Alerts
from watcher.config import Config, MailboxConfig, StoreConfig
from watcher.errors import NotifyError
from watcher.extractors.notice import Kind
from watcher.health import Connection, MailboxHealth
from watcher.messages.mail import Place
from watcher.messages.message import Trust
from watcher.notify.notification import Notification
from watcher.store.store import MessageState, StoredMessage
from watcher.watch import sign_ins_of

START = datetime(2026, 3, 10, 0, 0, tzinfo=UTC)


@dataclass
class Voice:
    """A channel that remembers what it said, or refuses."""

    refuses: bool = False
    said: list[Notification] = field(default_factory=list)
    name: str = "voice"

    async def send(self, notification: Notification) -> None:
        if self.refuses:
            raise NotifyError("no")
        self.said.append(notification)

    async def close(self) -> None:
        pass


def say(alerts: Alerts, voice: Voice) -> list[str]:
    asyncio.run(alerts.say([voice]))
    return [notification.tag for notification in voice.said]


def health(error: str | None, reached: datetime | None = START) -> MailboxHealth:
    return MailboxHealth("home", Connection.WAITING, reached_at=reached, error=error)


def suspicious(at: datetime) -> StoredMessage:
    place = Place("home", "INBOX", 1, 1)
    return StoredMessage(
        1, place, None, None, at, MessageState.SUSPICIOUS, Kind.OTHER, Trust.FORGED, "dmarc_fail", None, (), False
    )


def test_a_mail_not_understood_is_told_of_once() -> None:
    alerts, voice = Alerts("en", START), Voice()
    assert alerts.recorded(MessageState.NOT_UNDERSTOOD, (), START)
    assert not alerts.recorded(MessageState.UNDERSTOOD, (), START)
    assert say(alerts, voice) == ["not-understood"]
    assert say(alerts, voice) == ["not-understood"]


def test_forged_mails_give_one_hint_a_day() -> None:
    alerts, voice = Alerts("en", START), Voice()
    first, second = suspicious(START), suspicious(START + timedelta(hours=1))
    assert alerts.recorded(MessageState.SUSPICIOUS, [first], START)
    assert not alerts.recorded(MessageState.SUSPICIOUS, [second, first], START + timedelta(hours=1))
    tomorrow = suspicious(START + timedelta(days=1))
    assert alerts.recorded(MessageState.SUSPICIOUS, [tomorrow, second], START + timedelta(days=1))
    assert say(alerts, voice) == ["suspicious", "suspicious"]


def test_a_refused_login_is_told_once_for_each_outage() -> None:
    alerts, voice = Alerts("en", START), Voice()
    for minutes in range(5):
        alerts.look_at([health("LoginError")], START + timedelta(minutes=minutes))
    assert len(say(alerts, voice)) == 1
    alerts.look_at([health(None)], START)
    alerts.look_at([health("LoginError")], START)
    assert len(say(alerts, voice)) == 2


def test_an_hour_of_silence_is_told_once() -> None:
    alerts, voice = Alerts("en", START), Voice()
    for minutes in (10, 59):
        alerts.look_at([health("NetworkError")], START + timedelta(minutes=minutes))
        assert say(alerts, voice) == []
    for minutes in (60, 61, 600):
        alerts.look_at([health("NetworkError")], START + timedelta(minutes=minutes))
    assert say(alerts, voice) == ["mailbox-home"]


def test_a_mailbox_never_reached_is_silent_since_the_start() -> None:
    alerts, voice = Alerts("en", START), Voice()
    alerts.look_at([health("NetworkError", reached=None)], START + timedelta(minutes=61))
    assert say(alerts, voice) == ["mailbox-home"]


def test_what_no_channel_took_is_said_later() -> None:
    alerts, voice = Alerts("en", START), Voice(refuses=True)
    alerts.recorded(MessageState.NOT_UNDERSTOOD, (), START)
    assert say(alerts, voice) == []
    voice.refuses = False
    assert say(alerts, voice) == ["not-understood"]


def test_who_must_sign_in_again_reads_the_command() -> None:
    alerts, voice = Alerts("en", START, {"home": "konbini login home --oauth google"}), Voice()
    for minutes in range(5):
        alerts.look_at([health("SignInError")], START + timedelta(minutes=minutes))
    assert say(alerts, voice) == ["mailbox-home"]
    assert "konbini login home --oauth google" in voice.said[0].body


def test_a_locked_keyring_is_no_wrong_password() -> None:
    for language, word in (("en", "unlock"), ("ja", "ロックを解除")):
        alerts, voice = Alerts(language, START), Voice()  # type: ignore[arg-type]
        alerts.look_at([health("KeyringError")], START)
        assert say(alerts, voice) == ["mailbox-home"]
        assert word in voice.said[0].body


def test_the_command_names_mailbox_and_provider() -> None:
    mailboxes = (
        MailboxConfig("my mail", "h", "u", oauth="google", oauth_client_id="c"),
        MailboxConfig("home", "h", "u"),
    )
    config = Config(StoreConfig("sqlite://"), mailboxes=mailboxes)
    assert sign_ins_of(config) == {"my mail": "konbini login 'my mail' --oauth google"}
