"""What tests of several packages need: a private session bus, certificates, a Dovecot."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers import Certificates, Dovecot, make_certificates, short_folder


def needs(*programs: str) -> None:
    """Skips the test where a program is missing; with ``CI=true`` that is a failure."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"missing: {', '.join(missing)}")
    if missing:
        pytest.skip(f"missing: {', '.join(missing)}")


StartBus = Callable[[], "subprocess.Popen[str]"]

CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={path}</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
"""
"""A bus that starts no service of its own: the notification servers of this machine stay away."""


@pytest.fixture
def start_bus(tmp_path: Path) -> Iterator[StartBus]:
    """Starts a session bus, always at the same address; all are ended after the test."""
    needs("dbus-daemon")
    started: list[subprocess.Popen[str]] = []
    configuration = tmp_path / "bus.conf"
    configuration.write_text(CONFIGURATION.format(path=tmp_path / "bus"), "utf-8")

    def start() -> subprocess.Popen[str]:
        (tmp_path / "bus").unlink(missing_ok=True)
        bus = subprocess.Popen(
            [
                "dbus-daemon",
                f"--config-file={configuration}",
                "--nofork",
                "--print-address=1",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        started.append(bus)
        assert bus.stdout is not None
        assert bus.stdout.readline().startswith("unix:path=")
        return bus

    yield start
    for bus in started:
        bus.terminate()
        bus.wait()
        if bus.stdout is not None:
            bus.stdout.close()


@pytest.fixture
def bus_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the private bus, in the environment of this test."""
    address = f"unix:path={tmp_path}/bus"
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    return address


@pytest.fixture
def session_bus(start_bus: StartBus, bus_address: str) -> str:
    """The address of a running private bus."""
    start_bus()
    return bus_address


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    needs("openssl")
    return make_certificates(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def dovecot(certificates: Certificates) -> Iterator[Dovecot]:
    """A running Dovecot with one empty account."""
    needs("dovecot", "doveadm")
    with short_folder() as folder:
        server = Dovecot(folder, certificates)
        yield server
        server.stop()
