"""What can be seen without network: the program, its files, the clock, the service."""

from __future__ import annotations

import importlib.metadata
import logging
import os
import platform
import re
import shlex
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from watcher import __version__
from watcher.assembly import lock_path
from watcher.config import Config, store_path
from watcher.config_file import read_config
from watcher.doctor.finding import Finding, fail, ok, warn
from watcher.errors import ConfigurationError
from watcher.lock import is_locked
from watcher.service import Service, installed, lingers

log = logging.getLogger(__name__)

DISTRIBUTION = "konbini-watcher"
LITTLE, TOO_LITTLE = 200 * 2**20, 20 * 2**20
"""Bytes of room; a person's store is some megabytes, and a migration copies it."""
AHEAD = timedelta(minutes=5)
"""A file of ours that is newer than now says that the clock was set back."""

_EXTRA = re.compile(r"extra\s*==\s*['\"]([a-z0-9_-]+)['\"]")
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def program() -> Iterator[Finding]:
    """Which program on which system."""
    yield ok("program", "program", version=__version__, python=platform.python_version(), system=platform.platform())


def configuration(file: Path) -> Iterator[Finding]:
    """Whether the file can be read, and every mistake in it."""
    if not file.exists():
        yield fail(78, "configuration", "config_absent", file=file)
        return
    try:
        config = read_config(file)
    except ConfigurationError as error:
        for problem in error.problems:
            yield fail(78, "configuration", "config_mistake", problem=problem.removeprefix(f"{file}: "))
        return
    if not config.mailboxes:
        yield fail(78, "configuration", "config_no_mailbox", file=file)
    else:
        yield ok("configuration", "config_good", file=file)


def permissions(file: Path, config: Config) -> Iterator[Finding]:
    """Whether others can read what is private. Looked at first: opening the store would mend it in silence."""
    if os.name != "posix":
        return
    wanted = [(file, 0o600)]
    database = store_path(config)
    if database is not None:
        wanted += [(database.parent, 0o700), (database, 0o600)]
        wanted += [(found, 0o600) for found in sorted(database.parent.glob(f"{database.name}?*"))]
    good = True
    for path, mode in wanted:
        try:
            found = path.stat()
        except OSError:
            continue
        if stat.S_IMODE(found.st_mode) & 0o077:
            good = False
            yield warn("permissions", "open_to_others", file=path, command=f"chmod {mode:o} {_quoted(path)}")
        if found.st_uid != os.geteuid():
            good = False
            yield warn("permissions", "somebody_elses", file=path)
    if good:
        yield ok("permissions", "private")


def disk(config: Config) -> Iterator[Finding]:
    """Room for the store, and whether the disk takes any writing."""
    folder = (store_path(config) or lock_path(config)).parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if hasattr(os, "statvfs") and os.statvfs(folder).f_flag & os.ST_RDONLY:
        yield fail(1, "disk", "disk_read_only", folder=folder)
        return
    free = shutil.disk_usage(folder).free
    if free < TOO_LITTLE:
        yield fail(75, "disk", "disk_full", free=f"{free / 2**20:.0f} MB")
    elif free < LITTLE:
        yield warn("disk", "disk_low", free=f"{free / 2**20:.0f} MB")
    else:
        yield ok("disk", "disk_good", free=f"{free / 2**30:.1f} GB")


def clock(config: Config, now: datetime) -> Iterator[Finding]:
    """The clock against our own files and the system's word; the mailboxes compare it with fresh mails."""
    files = [path for path in (config.path, store_path(config), Path(__file__)) if path is not None and path.exists()]
    newest = max(path.stat().st_mtime for path in files)
    if newest > (now + AHEAD).timestamp():
        yield fail(1, "clock", "clock_behind_files", now=_local(now))
    elif _ask("timedatectl", "show", "--property=NTPSynchronized", "--value") == "no":
        yield warn("clock", "clock_not_synchronised", now=_local(now))
    else:
        yield ok("clock", "clock_good", now=_local(now))
    zone = now.astimezone()
    same = zone.utcoffset() == timedelta(hours=9)
    yield ok("time_zone", "zone_japan" if same else "zone_other", zone=f"{zone:%Z}", offset=f"{zone:%z}")


def extras(config: Config) -> Iterator[Finding]:
    """Which optional packages are there, and which of those that the configuration needs are not."""
    there, absent = _extras()
    for extra, key in (("push", "notify.push"), ("calendar", "calendar.file")):
        needed = config.notify.push if extra == "push" else config.calendar.file
        if needed and extra in absent:
            yield fail(78, "extras", "extra_missing", extra=extra, key=key)
    yield ok("extras", "extras", there=", ".join(there) or "-", absent=", ".join(absent) or "-")


def keyring(config: Config) -> Iterator[Finding]:
    """Whether the system's keyring is there, where a mailbox has no other way to its password."""
    from watcher.mailbox.credentials import variable_of

    others = [box for box in config.mailboxes if not (box.password_command or box.token_command)]
    signs_in = [box.name for box in others if box.oauth]
    needy = [box.name for box in others if not box.oauth and variable_of(box.name) not in os.environ]
    try:
        import keyring as library

        backend = library.get_keyring()
        there = float(backend.priority) > 0
        name = type(backend).__module__.rpartition(".")[2]
    except Exception as error:  # noqa: BLE001 (whatever a back-end of a desktop raises)
        log.debug("no keyring: %s", type(error).__name__)
        there, name = False, ""
    if there:
        yield ok("keyring", "keyring_good", name=name)
    elif needy or signs_in:
        if needy:
            yield warn("keyring", "keyring_needed", mailboxes=", ".join(needy))
        if signs_in:
            yield warn("keyring", "keyring_needed_to_sign_in", mailboxes=", ".join(signs_in))
    else:
        yield ok("keyring", "keyring_not_needed")


def service(installation: Service, config: Config) -> Iterator[Finding]:
    """Whether the watcher runs, and whether it will after the next login."""
    running = is_locked(lock_path(config))
    yield ok("running", "running") if running else warn("running", "not_running")
    found = installed(installation)
    if not found.file:
        yield ok("service", "service_by_hand") if running else warn("service", "service_absent")
        return
    if not found.current:
        yield warn("service", "service_outdated")
    if found.active == "failed":
        yield fail(1, "service", "service_failed")
    elif found.enabled is False:
        yield warn("service", "service_not_enabled")
    else:
        yield ok("service", "service_good", active=found.active or "?")
    if installation.platform == "systemd":
        yield ok("linger", "lingers") if lingers() else warn("linger", "lingers_not")


def calendar(config: Config, now: datetime) -> Iterator[Finding]:
    """The calendar file for subscribers, where one is kept."""
    file = config.calendar.file
    if file is None:
        return
    try:
        written = datetime.fromtimestamp(file.stat().st_mtime, now.tzinfo)
    except OSError as error:
        yield warn("calendar", "calendar_absent", file=file, error=error.strerror or type(error).__name__)
        return
    yield ok("calendar", "calendar_good", file=file, written=_local(written))


def _extras() -> tuple[list[str], list[str]]:
    """Names of the extras whose packages are all there, and of the others."""
    there: list[str] = []
    absent: list[str] = []
    try:
        data = importlib.metadata.metadata(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return there, absent
    needs: dict[str, list[str]] = {extra: [] for extra in data.get_all("Provides-Extra") or ()}
    for line in data.get_all("Requires-Dist") or ():
        marked, name = _EXTRA.search(line), _NAME.match(line)
        if marked and name:
            needs.setdefault(marked[1], []).append(name[0])
    for extra, names in sorted(needs.items()):
        (there if all(map(_is_installed, names)) else absent).append(extra)
    return there, absent


def _is_installed(distribution: str) -> bool:
    try:
        importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _ask(*command: str) -> str:
    """What a program prints; nothing where there is none."""
    if sys.platform != "linux" or shutil.which(command[0]) is None:
        return ""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace").strip()


def _local(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def _quoted(path: Path) -> str:
    """For a command line; a home folder may be shown as ``~`` later, which quotes would spoil."""
    text = str(path)
    return text if shlex.quote(text) == text else f'"{text}"'
