"""The service on a real ``systemd --user``, in a mount namespace and a cgroup of its own, where that is allowed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fixtures import ROOT
from tests.servers import Dovecot

MANAGER = """set -eu
mkdir -p /run/systemd
mount -t tmpfs tmpfs /run/systemd
mkdir /run/systemd/system
for hierarchy in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup; do
  test -w "$hierarchy/cgroup.procs" || continue
  mkdir -p "$hierarchy/konbini-test-$$"
  echo $$ > "$hierarchy/konbini-test-$$/cgroup.procs"
done
exec "$(command -v systemd || echo /lib/systemd/systemd)" --user --log-target=console
"""
"""Its own /run/systemd says that systemd runs here; the cgroup keeps it from touching anybody else's."""

LIMIT = 30.0


class Manager:
    """A running user manager, and programs that talk to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        runtime = folder / "runtime"
        runtime.mkdir(mode=0o700)
        self.environment = {
            "HOME": str(folder),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "LANG": "C",
            "XDG_RUNTIME_DIR": str(runtime),
            "KONBINI_PASSWORD_HOME": "pw1",
        }
        self._log = (folder / "manager.log").open("wb")
        self._process = subprocess.Popen(
            ["unshare", "-m", "--propagation", "private", "sh", "-c", MANAGER],
            env=self.environment,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def is_ready(self) -> bool:
        """Whether it came up; False where it ended or does not answer in time."""
        until = time.monotonic() + LIMIT
        while time.monotonic() < until and self._process.poll() is None:
            # The socket is there a moment before it answers.
            is_there = (self.folder / "runtime" / "systemd" / "private").exists()
            if is_there and self.run("systemd-run", "--user", "--wait", "--collect", "true").returncode == 0:
                return True
            time.sleep(0.05)
        return False

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A command that sees this manager."""
        inside = ["nsenter", "-m", "-t", str(self._process.pid), "--wd=" + str(ROOT), "--", *command]
        return subprocess.run(
            inside, env=self.environment, capture_output=True, text=True, check=False, timeout=4 * LIMIT
        )

    def konbini(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Our command, with the configuration in this home."""
        done = self.run(sys.executable, "-m", "watcher", *arguments)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def property_of_unit(self, name: str) -> str:
        """What systemd says of our unit."""
        return self.run("systemctl", "--user", "show", "-P", name, "konbini-watcher.service").stdout.strip()

    def stop(self) -> None:
        """Ends the manager with everything that it started."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    """A user manager; skips where none can be had, also in CI: that is the machine's word."""
    programs = ("systemctl", "systemd-run", "unshare", "nsenter")
    if os.geteuid() != 0 or not all(map(shutil.which, programs)):
        pytest.skip("no mount namespace and systemd to be had")
    running = Manager(tmp_path)
    try:
        if not running.is_ready():
            pytest.skip("systemd --user does not run here")
        yield running
    finally:
        running.stop()


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def configure(manager: Manager, dovecot: Dovecot, user: str = "u1") -> None:
    """A configuration at the usual place, whose mailbox is on the test server."""
    config = manager.folder / ".config" / "konbini-watcher" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(
        "[notify]\ndesktop = false\n"
        f'[[mailbox]]\nhost = "localhost"\nport = {dovecot.tls_port}\nuser = "{user}"\n'
        f'ca_file = "{dovecot.certificates.ca}"\npassword_command = ["echo", "pw1"]\n'
    )
    config.chmod(0o600)


def test_it_is_installed_watched_started_again_and_removed(manager: Manager, dovecot: Dovecot) -> None:
    configure(manager, dovecot)
    done = manager.konbini("service", "install")
    assert done.returncode == 0, done.stderr
    # Type=notify: the start returned because the watcher said READY.
    assert manager.property_of_unit("ActiveState") == "active"
    assert manager.property_of_unit("WatchdogUSec") == "5min"
    assert manager.konbini("service", "status").returncode == 0
    first = int(manager.property_of_unit("MainPID"))

    manager.run("systemctl", "--user", "set-property", "--runtime", "konbini-watcher.service", "CPUWeight=100")
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: manager.property_of_unit("SubState") == "auto-restart")
    manager.run("systemctl", "--user", "restart", "konbini-watcher.service")  # without the half minute
    assert int(manager.property_of_unit("MainPID")) != first

    assert manager.konbini("service", "install").returncode == 0  # once more changes nothing
    assert manager.konbini("service", "uninstall").returncode == 0
    assert manager.property_of_unit("LoadState") == "not-found"
    done = manager.konbini("service", "status")
    assert done.returncode == 69
    assert "What to do" in done.stderr


def test_a_watchdog_that_is_not_fed_ends_it(manager: Manager, dovecot: Dovecot) -> None:
    configure(manager, dovecot)
    assert manager.konbini("service", "install").returncode == 0
    dropin = manager.folder / ".config/systemd/user/konbini-watcher.service.d/quick.conf"
    dropin.parent.mkdir()
    dropin.write_text("[Service]\nWatchdogSec=2\nTimeoutAbortSec=1\n")
    manager.run("systemctl", "--user", "daemon-reload")
    manager.run("systemctl", "--user", "restart", "konbini-watcher.service")
    os.kill(int(manager.property_of_unit("MainPID")), signal.SIGSTOP)
    wait_for(lambda: manager.property_of_unit("Result") == "watchdog")


def test_a_wrong_configuration_is_not_tried_again(manager: Manager, dovecot: Dovecot) -> None:
    configure(manager, dovecot)
    assert manager.konbini("service", "install").returncode == 0
    config = manager.folder / ".config" / "konbini-watcher" / "config.toml"
    config.write_text("langage = 1\n")
    manager.run("systemctl", "--user", "restart", "konbini-watcher.service")
    wait_for(lambda: manager.property_of_unit("ActiveState") == "failed")
    assert manager.property_of_unit("ExecMainStatus") == "78"
    assert manager.property_of_unit("NRestarts") == "0"
