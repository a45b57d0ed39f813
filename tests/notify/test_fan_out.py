"""Channels do not hold up each other."""

from __future__ import annotations

import asyncio
import io

from watcher.errors import NotifyError
from watcher.notify.console import Console
from watcher.notify.fan_out import send_all
from watcher.notify.notification import Notification, Urgency

NOTE = Notification("t", "受取期限は明日です", "一行目\n二行目", Urgency.CRITICAL)


class Recording:
    """A channel that does what it is told."""

    def __init__(self, name: str, failure: Exception | None = None, *, hangs: bool = False) -> None:
        self.name = name
        self.sent: list[Notification] = []
        self.cancelled = False
        self._failure = failure
        self._hangs = hangs

    async def send(self, notification: Notification) -> None:
        if self._hangs:
            try:
                await asyncio.Event().wait()
            finally:
                self.cancelled = True
        if self._failure is not None:
            raise self._failure
        self.sent.append(notification)

    async def close(self) -> None:
        pass


class Stubborn(Recording):
    """A channel that does not even let itself be cancelled."""

    def __init__(self, release: asyncio.Event) -> None:
        super().__init__("stubborn")
        self._release = release

    async def send(self, notification: Notification) -> None:
        while not self._release.is_set():
            try:
                await self._release.wait()
            except asyncio.CancelledError:
                continue
        self.sent.append(notification)


def test_each_channel_answers_for_itself() -> None:
    good, other = Recording("good"), Recording("other")
    refused = NotifyError("no", permanent=True)
    bad, broken = Recording("bad", refused), Recording("broken", ZeroDivisionError("765 4321"))
    outcomes = asyncio.run(send_all([good, bad, broken, other], NOTE))
    assert outcomes["good"] is None
    assert outcomes["other"] is None
    assert outcomes["bad"] is refused
    assert "ZeroDivisionError" in str(outcomes["broken"])
    assert "765" not in str(outcomes["broken"])
    assert good.sent == other.sent == [NOTE]


def test_a_slow_channel_is_not_waited_for() -> None:
    async def story() -> None:
        slow, good = Recording("slow", hangs=True), Recording("good")
        outcomes = await send_all([slow, good], NOTE, 0.05)
        assert outcomes["good"] is None
        assert isinstance(outcomes["slow"], NotifyError)
        assert not outcomes["slow"].permanent
        await asyncio.sleep(0)
        assert slow.cancelled

    asyncio.run(story())


def test_a_channel_that_refuses_to_end_is_not_waited_for_either() -> None:
    async def story() -> None:
        release = asyncio.Event()
        outcomes = await send_all([Stubborn(release), Recording("good")], NOTE, 0.05)
        assert outcomes["good"] is None
        assert isinstance(outcomes["stubborn"], NotifyError)
        release.set()

    asyncio.run(story())


def test_no_channel_no_outcome() -> None:
    assert asyncio.run(send_all([], NOTE)) == {}


def test_the_console_writes_what_a_person_can_read() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n")
    asyncio.run(Console(stream).send(NOTE))
    stream.seek(0)
    assert stream.read() == "! 受取期限は明日です\n  一行目\n  二行目\n"


def test_the_console_lets_no_control_character_through() -> None:
    stream = io.StringIO()
    asyncio.run(Console(stream).send(Notification("t", "a\x1b]0;b\x07", "c\x1b[2J\x9b1m", Urgency.NORMAL)))
    assert not set("\x1b\x07\x9b") & set(stream.getvalue())


def test_a_poor_terminal_gets_escapes_rather_than_nothing() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), "ascii", newline="\n")
    asyncio.run(Console(stream).send(NOTE))
    stream.seek(0)
    assert "\\u53d7" in stream.read()


def test_a_closed_stream_is_a_failure_for_good() -> None:
    stream = io.StringIO()
    stream.close()
    outcomes = asyncio.run(send_all([Console(stream)], NOTE))
    assert outcomes["console"] is not None
    assert outcomes["console"].permanent
