"""``konbini service`` with a stand-in for systemctl that notes what it was asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures import ROOT

SYSTEMCTL = """#!/bin/sh
echo "$@" >> "{log}"
case "$*" in
  *is-enabled*) echo enabled ;;
  *is-active*) echo active ;;
esac
exit ${{SYSTEMCTL_FAILS:-0}}
"""
JOURNALCTL = '#!/bin/sh\necho "journal $@"\n'


class Home:
    """A home with a configuration, and programs of its own in PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "systemctl.log"
        self.config = folder / "my 設定 100%.toml"
        self.config.write_text(
            f'[store]\npath = "{folder}/p.sqlite3"\n[[mailbox]]\nhost = "imap.example.jp"\nuser = "me@example.jp"\n'
        )
        self.config.chmod(0o600)
        (folder / "bin").mkdir()
        self._program("systemctl", SYSTEMCTL.format(log=self.log))
        self._program("journalctl", JOURNALCTL)
        self.unit = folder / ".config" / "systemd" / "user" / "konbini-watcher.service"

    def _program(self, name: str, text: str) -> None:
        (self.folder / "bin" / name).write_text(text)
        (self.folder / "bin" / name).chmod(0o755)

    def __call__(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "watcher", "--config", str(self.config), "service", *arguments],
            cwd=ROOT,
            env={
                "HOME": str(self.folder),
                "PATH": f"{self.folder}/bin:{os.environ['PATH']}",
                "LANG": "C",
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done

    def asked(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_install_writes_what_show_prints_and_starts_it(home: Home) -> None:
    shown = home("show").stdout
    assert not home.unit.exists()
    done = home("install")
    assert done.returncode == 0, done.stderr
    assert "loginctl enable-linger" in done.stderr
    assert home.unit.read_text() == shown
    assert str(home.config).replace("%", "%%") in shown
    assert home.asked() == [
        "--user daemon-reload",
        "--user enable konbini-watcher.service",
        "--user restart konbini-watcher.service",
    ]
    assert [path.name for path in home.unit.parent.iterdir()] == ["konbini-watcher.service"]


def test_install_twice_changes_nothing(home: Home) -> None:
    home("install")
    before = home.unit.stat().st_mtime_ns
    assert home("install").returncode == 0
    assert home.unit.stat().st_mtime_ns == before


def test_install_brings_an_old_file_up_to_date(home: Home) -> None:
    home("install")
    text = home.unit.read_text()
    home.unit.write_text(text.replace("RestartSec=30", "RestartSec=1"))
    assert "konbini service install" in home("status").stdout
    assert home("install").returncode == 0
    assert home.unit.read_text() == text


def test_uninstall_removes_what_install_wrote_and_nothing_else(home: Home) -> None:
    home("install")
    other = home.unit.with_name("other.service")
    other.write_text("[Unit]\n")
    wants = home.unit.parent / "default.target.wants"
    wants.mkdir()
    (wants / home.unit.name).symlink_to(home.unit)
    assert home("uninstall").returncode == 0
    assert "--user disable --now konbini-watcher.service" in home.asked()
    assert sorted(path.name for path in home.unit.parent.rglob("*")) == ["default.target.wants", "other.service"]
    assert home("uninstall").returncode == 0


def test_a_file_of_somebody_else_is_left_alone(home: Home) -> None:
    home.unit.parent.mkdir(parents=True)
    home.unit.write_text("[Unit]\nDescription=mine\n")
    for what in ("install", "uninstall"):
        done = home(what)
        assert done.returncode == 1
        assert str(home.unit) in done.stderr
    assert home.unit.read_text() == "[Unit]\nDescription=mine\n"
    assert home.asked() == []


def test_a_wrong_configuration_is_not_installed(home: Home) -> None:
    home.config.write_text("[[mailbox]]\nhst = 1\n")
    assert home("install").returncode == 78
    assert not home.unit.exists()


def test_a_manager_that_refuses_is_said(home: Home) -> None:
    done = home("install", SYSTEMCTL_FAILS="1")
    assert done.returncode == 1
    assert "systemctl --user daemon-reload" in done.stderr


def test_without_systemd_it_is_said(home: Home) -> None:
    (home.folder / "bin" / "systemctl").unlink()
    done = home("install", PATH=str(home.folder / "bin"))
    assert done.returncode == 1
    assert "systemctl" in done.stderr


@pytest.mark.parametrize("language", ["ja", "en"])
def test_status_is_69_where_nothing_runs(home: Home, language: str) -> None:
    done = home("status", KONBINI_LANGUAGE=language)
    assert done.returncode == 69
    home("install", KONBINI_LANGUAGE=language)
    done = home("status", "--json", KONBINI_LANGUAGE=language)
    assert done.returncode == 69
    assert json.loads(done.stdout) == {
        "platform": "systemd",
        "path": str(home.unit),
        "installed": True,
        "current": True,
        "enabled": True,
        "active": "active",
        "running": False,
    }


def test_logs_are_those_of_the_journal(home: Home) -> None:
    done = home("logs", "--lines", "5", "--follow")
    assert done.stdout == "journal --user -u konbini-watcher.service -n 5 --no-pager --follow\n"


@pytest.mark.parametrize("platform", ["systemd", "launchd", "windows"])
def test_show_for_any_platform(home: Home, platform: str) -> None:
    done = home("show", "--platform", platform)
    assert done.returncode == 0
    assert "konbini service install" in done.stdout
