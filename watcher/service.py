"""Runs the watcher as a service of the person's own: writes, starts, stops and removes it. Needs no root."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from watcher.errors import ServiceError
from watcher.service_units import LABEL, MARK, NAME, launchd_agent, systemd_unit, windows_task

Platform = Literal["systemd", "launchd", "windows"]
PLATFORMS: tuple[Platform, ...] = get_args(Platform)
UNIT = f"{NAME}.service"
TIMEOUT = 240.0
"""Seconds for one command of a service manager: a start waits until the watcher is ready."""


@dataclass(frozen=True, slots=True)
class Service:
    """What an installation writes and runs.

    Attributes:
        platform: whose service it is.
        path: the one file that is written.
        content: of that file.
        start: commands after writing it; all must succeed.
        stop: commands before removing it; some may fail, since the service may not run.
        forget: commands after removing it.
        log: a file with the service's words, or None where the journal has them.
    """

    platform: Platform
    path: Path
    content: bytes
    start: tuple[tuple[str, ...], ...]
    stop: tuple[tuple[str, ...], ...]
    forget: tuple[tuple[str, ...], ...] = ()
    log: Path | None = None


@dataclass(frozen=True, slots=True)
class Installed:
    """How the service manager sees the service.

    Attributes:
        file: the file is there and ours.
        current: it says what an installation now would write.
        enabled: it starts with the session; None where that cannot be asked.
        active: the manager's word, e.g. ``active``; None where it cannot be asked.
    """

    file: bool
    current: bool
    enabled: bool | None
    active: str | None


def platform_here() -> Platform:
    """The service manager of this machine, by the system alone."""
    if sys.platform == "darwin":
        return "launchd"
    return "windows" if sys.platform == "win32" else "systemd"


def program() -> tuple[str, ...]:
    """The command that started this process, as absolute paths that hold anywhere."""
    beside = Path(sys.executable).with_name("konbini")
    if beside.is_file() and os.access(beside, os.X_OK):
        return (str(beside),)
    return (sys.executable, "-m", "watcher")


def service_for(platform: Platform, config_file: Path, environment: Mapping[str, str]) -> Service:
    """What an installation would write.

    Args:
        platform: may be another one than this machine's.
        config_file: named to the service by its absolute path.
        environment: variables that the service gets in addition.

    Raises:
        ConfigurationError: a path cannot be told to the service manager.
    """
    arguments = (*program(), "--config", str(config_file.absolute()), "run")
    if platform == "systemd":
        return _systemd(systemd_unit(arguments, environment))
    if platform == "launchd":
        return _launchd(arguments, environment)
    return _windows(arguments)


def install(service: Service) -> bool:
    """Writes the file, in one step, and starts the service; doing it twice changes nothing.

    Returns:
        Whether the file had to be written.

    Raises:
        ServiceError: a file of somebody else's is in the way, or the service manager refused.
    """
    before = _read(service.path)
    if before is not None and not _is_ours(before):
        raise ServiceError(f"{service.path} was not written by us", "move it away, then try again")
    changed = before != service.content
    if changed:
        _write(service.path, service.content)
    for command in service.start:
        _run(command)
    return changed


def uninstall(service: Service) -> bool:
    """Stops the service and removes exactly what :func:`install` wrote.

    Returns:
        Whether there was something to remove.

    Raises:
        ServiceError: the file is not ours.
    """
    before = _read(service.path)
    if before is None:
        return False
    if not _is_ours(before):
        raise ServiceError(f"{service.path} was not written by us", "it was left alone")
    for command in service.stop:
        _run_if_possible(command)
    service.path.unlink(missing_ok=True)
    if service.platform == "systemd":
        # `disable` removes this link; where systemd could not be asked, nobody else would.
        with contextlib.suppress(OSError):
            link = service.path.parent / "default.target.wants" / UNIT
            if link.is_symlink():
                link.unlink()
    for command in service.forget:
        _run_if_possible(command)
    return True


def installed(service: Service) -> Installed:
    """How the service manager sees the service; never raises."""
    content = _read(service.path)
    file = content is not None and _is_ours(content)
    enabled, active = None, None
    if service.platform == "systemd":
        said = _ask(("systemctl", "--user", "is-enabled", UNIT))
        enabled = said == "enabled" if said else None
        active = _ask(("systemctl", "--user", "is-active", UNIT)) or None
    return Installed(file, file and content == service.content, enabled, active)


def lingers() -> bool:
    """Whether the person's services run while nobody is logged in (loginctl(1))."""
    return (Path("/var/lib/systemd/linger") / getpass.getuser()).exists()


def journal(lines: int, follow: bool) -> tuple[str, ...]:
    """The command that shows what the service said.

    Raises:
        ServiceError: there is no journal on this machine.
    """
    if shutil.which("journalctl") is None:
        raise ServiceError("there is no journalctl on this machine", "run `konbini --verbose run` on a terminal")
    command = ("journalctl", "--user", "-u", UNIT, "-n", str(lines), "--no-pager")
    return (*command, "--follow") if follow else command


def _systemd(content: bytes) -> Service:
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"
    control = ("systemctl", "--user")
    return Service(
        "systemd",
        folder / UNIT,
        content,
        start=((*control, "daemon-reload"), (*control, "enable", UNIT), (*control, "restart", UNIT)),
        stop=((*control, "disable", "--now", UNIT),),
        forget=((*control, "daemon-reload"), (*control, "reset-failed", UNIT)),
    )


def _launchd(arguments: Sequence[str], environment: Mapping[str, str]) -> Service:
    log = Path.home() / "Library" / "Logs" / f"{NAME}.log"
    path = Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    session = f"gui/{os.getuid()}" if sys.platform != "win32" else "gui/0"
    return Service(
        "launchd",
        path,
        launchd_agent(arguments, {**environment, "KONBINI_SERVICE": MARK}, str(log)),
        start=(
            ("launchctl", "bootstrap", session, str(path)),
            ("launchctl", "kickstart", "-k", f"{session}/{LABEL}"),
        ),
        stop=(("launchctl", "bootout", f"{session}/{LABEL}"),),
        log=log,
    )


def _windows(arguments: Sequence[str]) -> Service:
    folder = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / NAME
    path = folder / "task.xml"
    return Service(
        "windows",
        path,
        windows_task(arguments, getpass.getuser()),
        start=(
            ("schtasks", "/Create", "/TN", NAME, "/XML", str(path), "/F"),
            ("schtasks", "/Run", "/TN", NAME),
        ),
        stop=(("schtasks", "/End", "/TN", NAME), ("schtasks", "/Delete", "/TN", NAME, "/F")),
    )


def _is_ours(content: bytes) -> bool:
    return MARK.encode() in content or MARK.encode("utf-16-le") in content or MARK.encode("utf-16-be") in content


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ServiceError(f"{path} cannot be read: {error.strerror or type(error).__name__}") from error


def _write(path: Path, content: bytes) -> None:
    """Writes beside the file and renames: a reader sees the old file or the new one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise ServiceError(f"{path} cannot be written: {error.strerror or type(error).__name__}") from error


def _run(command: Sequence[str]) -> None:
    shown = " ".join(command)
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ServiceError(f"`{shown}` could not be run ({type(error).__name__})", _hint(command)) from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ServiceError(f"`{shown}` failed: {said[0] if said else done.returncode}", _hint(command))


def _hint(command: Sequence[str]) -> str:
    if command[-2:] == ("restart", UNIT):
        return "`konbini service logs` shows why; `konbini check` tries the mailbox"
    return "the file is written; log in to a session of your own and run `konbini service install` again"


def _run_if_possible(command: Sequence[str]) -> None:
    with contextlib.suppress(ServiceError):
        _run(command)


def _ask(command: Sequence[str]) -> str:
    """The first line that a command prints, whatever its exit code; nothing where it cannot be run."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace").partition("\n")[0].strip()
