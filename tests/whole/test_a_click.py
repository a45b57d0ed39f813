"""A mail goes in at a real server, a real notification server shows it, a click ends as collected in the store."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.notify.screens import Dunst, Server, Xfce, running, virtual_screen, wait_until_served
from tests.servers import Dovecot
from tests.whole.test_daemon import LIMIT, Program, deliver, wait_for


@pytest.fixture
def program(tmp_path: Path, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    with virtual_screen(tmp_path, monkeypatch):
        made = Program(tmp_path, dovecot)
        made.config.write_text(f'language = "ja"\n{made.config.read_text()}')
        yield made


@pytest.mark.parametrize("kind", [Xfce, Dunst])
def test_a_click_on_collected_ends_in_the_store(
    kind: type[Server], program: Program, dovecot: Dovecot, tmp_path: Path
) -> None:
    server = kind(tmp_path)
    with running(server.command()):
        wait_until_served()
        with program.running():
            deliver(dovecot, 1)
            wait_for(program.parcels)
            end = time.monotonic() + LIMIT
            while [parcel["status"] for parcel in program.parcels()] != ["collected"]:
                assert time.monotonic() < end, "no click reached the store"
                server.click()
    shown = program("show", "1", "--history").stdout
    assert "desktop" in shown
