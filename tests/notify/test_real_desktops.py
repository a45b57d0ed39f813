"""Real notification servers on a virtual screen, and a real press of a button.

Needs Xvfb, xdotool and xwininfo, and xfce4-notifyd or dunst; without them the tests are skipped, also where
``CI=true``, for the imagined screen of ``test_desktop`` covers the same ground.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dbus_fast import Message
from dbus_fast.aio import MessageBus

from tests.notify.fake_desktop import SERVICE
from tests.notify.test_desktop import note
from watcher.notify.desktop import Desktop
from watcher.notify.notification import Press

XFCE = next(iter(Path("/usr/lib").glob("*/xfce4/notifyd/xfce4-notifyd")), Path("/nowhere"))
DUNSTRC = """[global]
dmenu = {picker}
font = Sans 12
"""
WINDOW = re.compile(r'"xfce4-notifyd".*?(\d{3,})x(\d{2,})\+\d+\+\d+\s+\+(\d+)\+(\d+)')


def missing(*programs: str) -> bool:
    return any(shutil.which(program) is None for program in programs)


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A virtual screen and a session bus of the ordinary kind, in the environment of this test."""
    reader, writer = os.pipe()
    with contextlib.ExitStack() as stack:
        server = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x720x24", "-nolisten", "tcp"]
        stack.enter_context(running(server, keep=writer))
        os.close(writer)
        with os.fdopen(reader) as numbers:
            monkeypatch.setenv("DISPLAY", f":{numbers.readline().strip()}")
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("NO_AT_BRIDGE", "1")
        address = f"unix:path={tmp_path}/bus"
        reader, writer = os.pipe()
        bus = ["dbus-daemon", "--session", "--nofork", f"--address={address}", f"--print-address={writer}"]
        stack.enter_context(running(bus, keep=writer))
        os.close(writer)
        with os.fdopen(reader) as addresses:
            assert addresses.readline().startswith(address)
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield


@contextlib.contextmanager
def running(command: list[str], keep: int | None = None) -> Iterator[None]:
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=() if keep is None else (keep,),
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def output(*command: str) -> str:
    """What a program printed; one that found nothing yet is asked again by the caller."""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


async def served() -> None:
    """Waits until a notification server has come up, without having the bus start another one."""
    async with asyncio.timeout(15):
        bus = await MessageBus().connect()
        daemon = "org.freedesktop.DBus"
        ask = Message(daemon, "/org/freedesktop/DBus", daemon, "NameHasOwner", signature="s", body=[SERVICE])
        while True:
            ask.serial = 0
            answer = await bus.call(ask)
            if answer is not None and answer.body == [True]:
                break
            await asyncio.sleep(0.05)
        bus.disconnect()
        await asyncio.sleep(0)


async def pressed_after(press: Callable[[], None]) -> list[tuple[Press, tuple[int, ...]]]:
    """Shows a notification, has its button pressed, and gives what reached the program."""
    await served()
    presses: list[tuple[Press, tuple[int, ...]]] = []
    desktop = Desktop(lambda button, parcels: presses.append((button, parcels)))
    await desktop.send(note())
    async with asyncio.timeout(15):
        while not presses:  # a pop-up that still moves into its place is missed
            press()
            await asyncio.sleep(0.2)
    await desktop.close()
    return presses


@pytest.mark.usefixtures("screen")
@pytest.mark.skipif(
    missing("Xvfb", "dbus-daemon", "xdotool", "xwininfo") or not XFCE.exists(), reason="no xfce4-notifyd"
)
def test_a_click_on_a_button_of_xfce_reaches_the_program() -> None:
    def click() -> None:
        found = WINDOW.search(output("xwininfo", "-root", "-tree"))
        if found is None:
            return
        width, height, left, top = (int(number) for number in found.groups())
        place = [str(left + width // 6), str(top + height - 30)]
        output("xdotool", "mousemove", *place, "sleep", "0.3", "click", "1")

    async def story() -> None:
        with running([str(XFCE)]):
            assert await pressed_after(click) == [(Press.COLLECTED, (7,))]

    asyncio.run(story())


@pytest.mark.usefixtures("screen")
@pytest.mark.skipif(missing("Xvfb", "dbus-daemon", "dunst", "dunstctl"), reason="no dunst")
def test_a_choice_in_the_menu_of_dunst_reaches_the_program(tmp_path: Path) -> None:
    picker = tmp_path / "pick"
    picker.write_text("#!/bin/sh\nexec grep 後で\n", "utf-8")
    picker.chmod(0o700)
    (tmp_path / "dunstrc").write_text(DUNSTRC.format(picker=picker), "utf-8")

    def choose() -> None:
        if output("dunstctl", "count", "displayed").strip() == "1":
            output("dunstctl", "context")

    async def story() -> None:
        with running(["dunst", "-config", str(tmp_path / "dunstrc")]):
            assert await pressed_after(choose) == [(Press.LATER, (7,))]

    asyncio.run(story())


@pytest.mark.usefixtures("screen")
@pytest.mark.skipif(missing("Xvfb", "dbus-daemon", "dunst", "dunstctl"), reason="no dunst")
def test_dunst_replaces_what_a_killed_process_said() -> None:
    async def story() -> None:
        with running(["dunst"]):
            await served()
            killed, desktop = Desktop(), Desktop()
            await killed.send(note(title="3"))
            await killed.send(note("parcel-9", "9", (9,)))
            await desktop.send(note(title="1"))
            async with asyncio.timeout(15):
                while output("dunstctl", "count", "waiting").strip() != "0":
                    await asyncio.sleep(0.1)
            assert output("dunstctl", "count", "displayed").strip() == "2"
            await killed.close()
            await desktop.close()

    asyncio.run(story())
