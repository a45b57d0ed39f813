"""Real notification servers on a virtual screen, and a real click."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import needs
from tests.notify.screens import LIMIT, Dunst, Server, Xfce, running, virtual_screen, wait_until_served
from tests.notify.test_desktop import note
from watcher.errors import NotifyError
from watcher.notify.desktop import Desktop
from watcher.notify.notification import Press

Presses = list[tuple[Press, tuple[int, ...]]]


@pytest.fixture(autouse=True)
def _screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with virtual_screen(tmp_path, monkeypatch):
        yield


async def clicked(server: Server, presses: Presses) -> None:
    """Clicks until a press has reached the program; a pop-up that still moves into its place is missed."""
    async with asyncio.timeout(LIMIT):
        while not presses:
            await asyncio.to_thread(server.click)
            await asyncio.sleep(0.2)


@pytest.mark.parametrize("kind", [Xfce, Dunst])
def test_a_click_reaches_the_program(kind: type[Server], tmp_path: Path) -> None:
    async def story() -> None:
        presses: Presses = []
        desktop = Desktop(lambda button, parcels: presses.append((button, parcels)))
        with running(server.command()):
            await asyncio.to_thread(wait_until_served)
            await desktop.send(note())
            await clicked(server, presses)
        await desktop.close()
        assert presses == [(Press.COLLECTED, (7,))]

    server = kind(tmp_path)
    asyncio.run(story())


def test_a_server_that_dies_and_another_that_takes_over(tmp_path: Path) -> None:
    """dunst is killed, nothing is shown meanwhile and that is known, xfce4-notifyd takes over, its button works."""

    async def story() -> None:
        presses: Presses = []
        desktop = Desktop(lambda button, parcels: presses.append((button, parcels)))
        with running(dunst.command()) as process:
            await asyncio.to_thread(wait_until_served)
            await desktop.send(note())
            process.kill()
            process.wait()
        with pytest.raises(NotifyError) as failure:
            await desktop.send(note())
        assert not failure.value.permanent
        with running(xfce.command()):
            await asyncio.to_thread(wait_until_served)
            await desktop.send(note())
            await clicked(xfce, presses)
        await desktop.close()
        assert presses == [(Press.COLLECTED, (7,))]

    dunst, xfce = Dunst(tmp_path), Xfce(tmp_path)
    asyncio.run(story())


def test_dunst_replaces_what_a_killed_process_said(tmp_path: Path) -> None:
    async def story() -> None:
        with running(dunst.command()):
            await asyncio.to_thread(wait_until_served)
            killed, desktop = Desktop(), Desktop()
            await killed.send(note(title="3"))
            await killed.send(note("parcel-9", "9", (9,)))
            await desktop.send(note(title="1"))
            async with asyncio.timeout(LIMIT):
                while dunst_count("waiting") != 0 or dunst_count("displayed") != 2:
                    await asyncio.sleep(0.1)
            await killed.close()
            await desktop.close()

    needs("dunstctl")
    dunst = Dunst(tmp_path)
    asyncio.run(story())


def dunst_count(of: str) -> int:
    """How many notifications are waiting or displayed."""
    return int(subprocess.run(["dunstctl", "count", of], capture_output=True, check=True, text=True).stdout)
