"""The desktop channel, with the real library on a real bus and an imagined screen."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import StartBus
from tests.notify.fake_desktop import FakeDesktop
from watcher.errors import NotifyError
from watcher.notify.desktop import Desktop
from watcher.notify.fan_out import send_all
from watcher.notify.notification import Button, Notification, Press, Urgency

BUTTONS = (
    Button(Press.COLLECTED, "受け取り済み"),
    Button(Press.LATER, "後で(3時間)"),
    Button(Press.SHOW, "番号を見る"),
)


def note(
    tag: str = "parcel-7",
    title: str = "受取期限は明日です：ローソン 架空町店",
    parcels: tuple[int, ...] = (7,),
    urgency: Urgency = Urgency.NORMAL,
) -> Notification:
    return Notification(tag, title, "受取期限 3月11日(水)\n認証番号 765 4321", urgency, parcels, BUTTONS)


def pressed_nothing(_: Press, __: tuple[int, ...]) -> None:
    raise AssertionError("nothing was pressed")


async def until(condition: Callable[[], bool]) -> None:
    """Waits for what another connection of the bus will bring about."""
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


@pytest.mark.usefixtures("session_bus")
def test_a_notification_is_shown_with_its_buttons_and_urgency() -> None:
    async def story() -> None:
        screen = await FakeDesktop().start()
        desktop = Desktop(pressed_nothing)
        for number, urgency in enumerate(Urgency):
            await desktop.send(note(f"parcel-{number}", parcels=(number,), urgency=urgency))
        assert [shown.urgency for shown in screen.shown.values()] == [0, 1, 2]
        assert screen.shown[1].title == "受取期限は明日です：ローソン 架空町店"
        assert screen.shown[1].body.endswith("認証番号 765 4321")
        assert screen.shown[1].buttons == {
            "collected": "受け取り済み",
            "later": "後で(3時間)",
            "show": "番号を見る",
        }
        await desktop.close()
        await screen.stop()

    asyncio.run(story())


@pytest.mark.usefixtures("session_bus")
@pytest.mark.parametrize("button", [*Press])
def test_a_pressed_button_reaches_the_program(button: Press) -> None:
    async def story() -> None:
        screen = await FakeDesktop().start()
        presses: list[tuple[Press, tuple[int, ...]]] = []
        desktop = Desktop(lambda press, parcels: presses.append((press, parcels)))
        await desktop.send(note(parcels=(7, 9)))
        await screen.press(button.value)
        await until(lambda: bool(presses))
        assert presses == [(button, (7, 9))]
        await desktop.send(note(title="あとで"))  # after a press the library knows the older one no more
        await desktop.close()
        await screen.stop()

    asyncio.run(story())


@pytest.mark.usefixtures("session_bus")
def test_the_newer_replaces_the_older_of_the_same_parcels() -> None:
    async def story() -> None:
        screen = await FakeDesktop().start()
        desktop = Desktop()
        await desktop.send(note(title="3"))
        await desktop.send(note("parcel-9", "9", (9,)))
        await desktop.send(note(title="1"))
        assert [shown.title for shown in screen.shown.values()] == ["9", "1"]
        await desktop.send(note("parcel-7-9", "both", (7, 9)))
        assert [shown.title for shown in screen.shown.values()] == ["both"]
        await desktop.send(note(title="one of them"))
        assert [shown.title for shown in screen.shown.values()] == ["both", "one of them"]
        await desktop.close()
        await screen.stop()

    asyncio.run(story())


@pytest.mark.usefixtures("session_bus")
def test_the_newer_replaces_what_a_killed_process_left() -> None:
    async def story() -> None:
        screen = await FakeDesktop().start()
        killed = Desktop()
        await killed.send(note())
        await killed.send(note("parcel-9", "9", (9,)))
        desktop = Desktop()
        await desktop.send(note())
        await desktop.send(note("parcel-9", "9, and two days later", (9,)))
        assert [shown.title for shown in screen.shown.values()] == [note().title, "9, and two days later"]
        assert len(screen.ever_shown) == 4
        await killed.close()
        await desktop.close()
        await screen.stop()

    asyncio.run(story())


@pytest.mark.usefixtures("session_bus")
def test_markup_is_dead() -> None:
    async def story() -> None:
        screen = await FakeDesktop().start()
        desktop = Desktop()
        await desktop.send(Notification("x", "<b>A</b>\x1b[31m", '<a href="x">B & C</a>\n<i>', Urgency.NORMAL))
        (shown,) = screen.shown.values()
        assert not set("<>&\x1b") & set(shown.title + shown.body)
        assert len(shown.body.splitlines()) == 2
        await desktop.close()
        await screen.stop()

    asyncio.run(story())


@pytest.mark.usefixtures("bus_address")
def test_without_a_bus_it_fails_and_with_one_it_works_again(start_bus: StartBus) -> None:
    async def story() -> None:
        desktop = Desktop()
        with pytest.raises(NotifyError) as failure:
            await desktop.send(note())
        assert not failure.value.permanent
        start_bus()
        with pytest.raises(NotifyError):  # a bus, but no server
            await desktop.send(note())
        screen = await FakeDesktop().start()
        await desktop.send(note())
        assert len(screen.shown) == 1
        await desktop.close()
        await screen.stop()

    asyncio.run(story())


@pytest.mark.usefixtures("bus_address")
def test_a_restarted_bus_costs_no_reminder(start_bus: StartBus) -> None:
    async def story() -> None:
        bus = start_bus()
        screen = await FakeDesktop().start()
        desktop = Desktop()
        await desktop.send(note())
        await screen.stop()
        bus.terminate()
        bus.wait()
        start_bus()
        screen = await FakeDesktop().start()
        await desktop.send(note())
        assert len(screen.shown) == 1
        await desktop.close()
        await screen.stop()

    asyncio.run(story())


@pytest.mark.usefixtures("session_bus")
def test_a_server_that_dies_costs_no_reminder_and_the_next_one_s_buttons_work() -> None:
    async def story() -> None:
        presses: list[tuple[Press, tuple[int, ...]]] = []
        screen = await FakeDesktop().start()
        desktop = Desktop(lambda press, parcels: presses.append((press, parcels)))
        await desktop.send(note())
        await screen.stop()
        with pytest.raises(NotifyError) as failure:
            await desktop.send(note())
        assert not failure.value.permanent
        screen = await FakeDesktop().start()
        await desktop.send(note(title="again"))
        await screen.press("later")
        await until(lambda: bool(presses))
        assert presses == [(Press.LATER, (7,))]
        await desktop.close()
        await screen.stop()

    asyncio.run(story())


@pytest.mark.usefixtures("session_bus")
def test_another_server_s_notifications_are_left_alone() -> None:
    async def story() -> None:
        presses: list[tuple[Press, tuple[int, ...]]] = []
        screen = await FakeDesktop().start()
        desktop = Desktop(lambda press, parcels: presses.append((press, parcels)))
        await desktop.send(note())
        await screen.stop()
        screen = await FakeDesktop().start()
        stranger = Desktop(lambda press, parcels: presses.append((press, parcels)))
        await stranger.send(note("mail", "of another program", (99,)))
        await desktop.send(note(title="newer"))
        assert [shown.title for shown in screen.shown.values()] == ["of another program", "newer"]
        await desktop.send(note(title="newest"))
        assert [shown.title for shown in screen.shown.values()] == ["of another program", "newest"]
        await screen.press("collected")
        await until(lambda: bool(presses))
        assert presses == [(Press.COLLECTED, (7,))]
        await desktop.close()
        await stranger.close()
        await screen.stop()

    asyncio.run(story())


@pytest.mark.usefixtures("session_bus")
def test_a_server_that_refuses_is_a_failure_and_keeps_the_older_on_the_screen() -> None:
    async def story() -> None:
        screen = await FakeDesktop().start()
        desktop = Desktop()
        await desktop.send(note(title="older"))
        screen.refuse = True
        with pytest.raises(NotifyError):
            await desktop.send(note(title="newer"))
        assert [shown.title for shown in screen.shown.values()] == ["older"]
        screen.refuse = False
        await desktop.send(note(title="newest"))
        assert "newest" in {shown.title for shown in screen.shown.values()}
        await desktop.close()
        await screen.stop()

    asyncio.run(story())


@pytest.mark.usefixtures("session_bus")
def test_a_server_that_does_not_answer_is_given_up_and_tried_anew() -> None:
    async def story() -> None:
        screen = await FakeDesktop().start()
        screen.hang = True
        desktop = Desktop()
        outcomes = await send_all([desktop], note(), 0.05)
        assert isinstance(outcomes["desktop"], NotifyError)
        screen.hang = False
        assert await send_all([desktop], note()) == {"desktop": None}
        assert len(screen.shown) == 1
        await desktop.close()
        await screen.stop()

    asyncio.run(story())


@pytest.mark.usefixtures("session_bus")
def test_failures_do_not_pile_up_connections() -> None:
    async def story() -> None:
        desktop = Desktop()
        counts = []
        for _ in range(5):
            with pytest.raises(NotifyError):
                await desktop.send(note())
            await asyncio.sleep(0)
            counts.append(len(os.listdir("/proc/self/fd")))  # noqa: PTH208 (a folder of the kernel)
        assert counts[-1] <= counts[0]

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("no /proc")
    asyncio.run(story())


@pytest.mark.usefixtures("bus_address")
def test_nothing_of_a_notification_is_logged(caplog: pytest.LogCaptureFixture, start_bus: StartBus) -> None:
    async def story() -> None:
        desktop = Desktop()
        with pytest.raises(NotifyError):
            await desktop.send(note())
        start_bus()
        screen = await FakeDesktop().start()
        await desktop.send(note())
        await desktop.close()
        await screen.stop()

    with caplog.at_level(logging.DEBUG):
        asyncio.run(story())
    assert "765 4321" not in caplog.text
    assert "架空町店" not in caplog.text


def test_a_missing_library_is_a_clear_failure() -> None:
    with pytest.raises(NotifyError) as failure:
        asyncio.run(Desktop(library="no_such_library").send(note()))
    assert failure.value.permanent
    assert failure.value.hint is not None


def test_a_system_without_a_notification_centre_is_a_failure() -> None:
    with pytest.raises(NotifyError) as failure:
        asyncio.run(Desktop(library="tests.notify.voiceless").send(note()))
    assert failure.value.permanent


def test_the_library_is_not_loaded_before_it_is_needed() -> None:
    code = "import sys, watcher.notify.desktop as d; d.Desktop(); print('desktop_notifier' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
