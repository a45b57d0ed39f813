"""What the watcher says about itself: once, and quietly."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from watcher.alerts import Alerts
from watcher.config import Config, MailboxConfig, StoreConfig
from watcher.errors import NotifyError
from watcher.extractors.notice import Kind
from watcher.health import Connection, MailboxHealth
from watcher.messages.mail import Place
from watcher.messages.message import Trust
from watcher.notify.notification import Notification
from watcher.store.store import ChannelState, MessageState, StoredMessage
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
    assert say(alerts, voice) == ["suspicious"]
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


def test_a_watcher_that_was_started_again_repeats_no_outage() -> None:
    before, voice = Alerts("en", START), Voice()
    before.look_at([health("LoginError")], START)
    assert say(before, voice) == ["mailbox-home"]
    ((mailbox, word),) = before.taken()
    again = Alerts("en", START)
    known = replace(health("LoginError"), told=word)
    again.resume([known])
    again.look_at([known], START)
    assert (mailbox, say(again, voice)) == ("home", ["mailbox-home"])
    again.look_at([health(None)], START)
    again.look_at([health("LoginError")], START)
    assert say(again, voice) == ["mailbox-home"] * 2


def look_every_minute(alerts: Alerts, state: MailboxHealth, first: int, last: int) -> None:
    for minutes in range(first, last + 1):
        alerts.look_at([state], START + timedelta(minutes=minutes))


@pytest.mark.parametrize("reached", [START, None])
def test_an_hour_of_silence_is_told_once(reached: datetime | None) -> None:
    alerts, voice = Alerts("en", START), Voice()
    look_every_minute(alerts, health("NetworkError", reached), 0, 59)
    assert say(alerts, voice) == []
    look_every_minute(alerts, health("NetworkError", reached), 60, 600)
    assert say(alerts, voice) == ["mailbox-home"]


def test_a_machine_that_slept_may_find_its_network_first() -> None:
    alerts, voice = Alerts("en", START), Voice()
    look_every_minute(alerts, health("NetworkError"), 0, 5)
    look_every_minute(alerts, health("NetworkError"), 600, 609)
    assert say(alerts, voice) == []
    look_every_minute(alerts, health("NetworkError"), 610, 611)
    assert say(alerts, voice) == ["mailbox-home"]


def test_a_clock_set_back_does_not_make_an_outage_endless() -> None:
    alerts, voice = Alerts("en", START - timedelta(days=400)), Voice()
    for minutes in range(80):
        now = START - timedelta(days=400) + timedelta(minutes=minutes)
        alerts.look_at([health("NetworkError", START)], now)
    assert say(alerts, voice) == ["mailbox-home"]


def test_a_mailbox_that_is_no_longer_configured_is_nobodys_concern() -> None:
    alerts, voice = Alerts("en", START, ["work"]), Voice()
    alerts.look_at([health("LoginError")], START)
    assert say(alerts, voice) == []


def test_a_watch_that_stopped_is_told_until_it_goes_on() -> None:
    alerts, voice = Alerts("en", START), Voice()
    for names in (["home"], ["home"], [], ["home"]):
        alerts.stuck(names)
        say(alerts, voice)
    assert say(alerts, voice) == ["mailbox-home", "mailbox-home"]


def test_a_channel_given_up_is_told_over_the_others() -> None:
    alerts, voice, phone = Alerts("en", START), Voice(), Voice(name="ntfy-1")
    given_up = ChannelState("ntfy-1", failing_since=START, given_up=1)
    for state in (given_up, given_up, ChannelState("ntfy-1", sent_at=START), given_up):
        alerts.channels([state])
        asyncio.run(alerts.say([voice, phone]))
    assert [notification.tag for notification in voice.said] == ["channel-ntfy-1"] * 2
    assert "ntfy-1" in voice.said[0].title
    assert phone.said == []


def test_channels_given_up_before_are_not_told_again() -> None:
    alerts, voice = Alerts("en", START), Voice()
    given_up = ChannelState("ntfy-1", failing_since=START, given_up=1)
    alerts.adopt([given_up])
    alerts.channels([given_up])
    assert say(alerts, voice) == []


def test_a_store_that_does_not_work_for_long_is_told_once() -> None:
    alerts, voice = Alerts("en", START), Voice()
    for minutes in range(30):
        alerts.store(START + timedelta(minutes=minutes), failed=minutes != 5)
        assert say(alerts, voice) == (["store"] if minutes >= 16 else [])


def test_what_no_channel_took_is_said_later() -> None:
    alerts, voice = Alerts("en", START), Voice(refuses=True)
    alerts.recorded(MessageState.NOT_UNDERSTOOD, (), START)
    assert say(alerts, voice) == []
    voice.refuses = False
    assert say(alerts, voice) == ["not-understood"]


def test_many_mails_not_understood_are_one_thing_to_say() -> None:
    alerts, voice = Alerts("en", START), Voice()
    for minutes in range(50):
        alerts.recorded(MessageState.NOT_UNDERSTOOD, (), START + timedelta(minutes=minutes))
    assert say(alerts, voice) == ["not-understood"]


@dataclass
class Crowd(Voice):
    """A channel that takes nothing before three notifications are with it at the same time."""

    waiting: list[asyncio.Future[None]] = field(default_factory=list)

    async def send(self, notification: Notification) -> None:
        self.waiting.append(asyncio.get_running_loop().create_future())
        if len(self.waiting) == 3:
            for one in self.waiting:
                one.set_result(None)
        await self.waiting[len(self.said)]
        self.said.append(notification)


def test_a_channel_that_does_not_answer_is_waited_for_once() -> None:
    alerts, voice = Alerts("en", START), Crowd()
    alerts.stuck(["home", "work", "shop"])

    async def said() -> None:
        await asyncio.wait_for(alerts.say([voice]), 10)

    asyncio.run(said())
    assert {notification.tag for notification in voice.said} == {"mailbox-home", "mailbox-work", "mailbox-shop"}


def test_who_must_sign_in_again_reads_the_command() -> None:
    alerts, voice = Alerts("en", START, sign_ins={"home": "konbini login home --oauth google"}), Voice()
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
