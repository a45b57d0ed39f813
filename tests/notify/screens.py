"""A virtual screen with a real notification server, and a hand that clicks."""

from __future__ import annotations

import contextlib
import os
import re
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import CONFIGURATION, needs

LIMIT = 30.0
"""Seconds for a program to come up; more than a busy machine needs."""
_WINDOW = re.compile(r"\s(\d+)x(\d+)\+-?\d+\+-?\d+\s+\+(\d+)\+(\d+)$", re.MULTILINE)
_XFCE = next(iter(sorted(Path("/usr/lib").glob("*/xfce4/notifyd/xfce4-notifyd"))), Path("xfce4-notifyd"))
_DUNSTRC = """[global]
dmenu = {picker}
font = Sans 12
mouse_left_click = context
"""


@contextlib.contextmanager
def running(command: list[str], keep: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A program that ends with the block."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=() if keep is None else (keep,),
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def virtual_screen(folder: Path, environment: pytest.MonkeyPatch) -> Iterator[None]:
    """An X server and a session bus that starts no service of its own, in the environment of a test."""
    needs("Xvfb", "dbus-daemon", "xdotool", "xwininfo")
    with contextlib.ExitStack() as stack:
        reader, writer = os.pipe()
        server = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x720x24", "-nolisten", "tcp"]
        server += ["-fbdir", str(folder)]
        stack.enter_context(running(server, keep=writer))
        os.close(writer)
        with os.fdopen(reader) as numbers:
            environment.setenv("DISPLAY", f":{numbers.readline().strip()}")
        environment.setenv("HOME", str(folder))
        environment.setenv("NO_AT_BRIDGE", "1")
        environment.delenv("WAYLAND_DISPLAY", raising=False)
        (folder / "screen-bus.conf").write_text(CONFIGURATION.format(path=folder / "screen-bus"), "utf-8")
        reader, writer = os.pipe()
        bus = ["dbus-daemon", f"--config-file={folder}/screen-bus.conf", "--nofork", f"--print-address={writer}"]
        stack.enter_context(running(bus, keep=writer))
        os.close(writer)
        with os.fdopen(reader) as addresses:
            environment.setenv("DBUS_SESSION_BUS_ADDRESS", addresses.readline().strip())
        yield


class Xfce:
    """xfce4-notifyd: each button is a button, and a click beside them closes the notification.

    Args:
        folder: of the virtual screen, whose pixels tell where the buttons are, whatever the fonts.
    """

    def __init__(self, folder: Path) -> None:
        needs(str(_XFCE))
        self._pixels = folder / "Xvfb_screen0"

    def command(self) -> list[str]:
        return [str(_XFCE)]

    def click(self) -> None:
        """Clicks the first button of the newest notification, if one is on the screen already."""
        place = _place("xfce4-notifyd")
        if place is None:
            return
        width, height, left, top = place
        row = _row(self._pixels, top + height - 30)[left + 3 : left + width - 3]
        button = next((column for column, pixel in enumerate(row) if pixel != row[0]), None)
        if button is not None:
            _click(left + 3 + button + 20, top + height - 30)


class Dunst:
    """dunst: a click opens a menu; the hand that chooses in it is a program that takes a line of it."""

    def __init__(self, folder: Path, choice: str = "受け取り済み") -> None:
        needs("dunst")
        picker, self._file = folder / "pick", folder / "dunstrc"
        picker.write_text(f"#!/bin/sh\nexec grep {choice}\n", "utf-8")
        picker.chmod(0o700)
        self._file.write_text(_DUNSTRC.format(picker=picker), "utf-8")

    def command(self) -> list[str]:
        return ["dunst", "-config", str(self._file)]

    def click(self) -> None:
        """Clicks the newest notification, if one is on the screen already."""
        place = _place("Dunst")
        if place is not None:
            width, height, left, top = place
            _click(left + width // 2, top + height // 2)


Server = Xfce | Dunst


def wait_until_served() -> None:
    """Waits until a notification server has come up."""
    end = time.monotonic() + LIMIT
    ask = "org.freedesktop.DBus.NameHasOwner"
    while "boolean true" not in _output(
        "dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/", ask,
        "string:org.freedesktop.Notifications",
    ):  # fmt: skip
        assert time.monotonic() < end, "no notification server came up"
        time.sleep(0.05)


def _place(title: str) -> tuple[int, int, int, int] | None:
    """Width, height, left and top of the largest window of a program."""
    lines = [line for line in _output("xwininfo", "-root", "-tree").splitlines() if f'"{title}"' in line]
    found = [tuple(map(int, place)) for line in lines for place in _WINDOW.findall(line)]
    visible = [(width, height, left, top) for width, height, left, top in found if width >= 100 and height >= 20]
    return max(visible, default=None)


def _row(pixels: Path, number: int) -> list[bytes]:
    """One row of the screen, pixel by pixel, out of a file in the format of xwd."""
    picture = pixels.read_bytes()
    header = struct.unpack(">25I", picture[:100])
    size, width, line, colours = header[0], header[4], header[12], header[19]
    start = size + 12 * colours + number * line
    return [picture[at : at + 3] for at in range(start, start + 4 * width, 4)]


def _click(left: int, top: int) -> None:
    _output("xdotool", "mousemove", str(left), str(top), "sleep", "0.3", "click", "1")


def _output(*command: str) -> str:
    """What a program printed; one that found nothing yet is asked again by the caller."""
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT).stdout
