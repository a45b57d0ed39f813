"""What each service manager reads: a systemd user unit, a launchd agent, a Windows task.

Pure: arguments in, bytes out. The systemd unit is tried on a real ``systemd --user``; the other two are written by
the rules of their makers and untested.
"""

from __future__ import annotations

import plistlib
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence

from watcher.errors import ConfigurationError

NAME = "konbini-watcher"
LABEL = f"jp.{NAME}"
"""What launchd calls the agent; the reverse of a domain is custom there."""
MARK = "Written by `konbini service install`"
WATCHDOG_SECONDS = 300
"""Five ticks of the daemon: one that is late is no fault."""

_TASK_SPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"

_UNIT = """\
# {mark}; `konbini service uninstall` removes it.
[Unit]
Description=Reminders of Amazon.co.jp konbini pick-ups
# Only an order. PartOf= would stop the watcher when the desktop ends, and nothing would start it again for a
# person who stays logged in elsewhere or lingers.
After=dbus.socket graphical-session.target
# A watcher that gave up would be silent when it counts: it is started again however often it fails.
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=main
# The colon: no variable is put in, so that a $ in a path stays one.
ExecStart={command}
{environment}Restart=on-failure
RestartSec=30
# Wrong arguments, a refused login and a wrong configuration do not get better by trying again.
RestartPreventExitStatus=2 77 78
WatchdogSec={watchdog}
TimeoutStartSec=180
TimeoutStopSec=10
StandardOutput=journal
StandardError=journal
SyslogIdentifier={name}
UMask=0077
# What works for a person's own services everywhere, and leaves password_command its freedom to start gpg or pass.
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
SystemCallArchitectures=native
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK

[Install]
WantedBy=default.target
"""


def systemd_unit(arguments: Sequence[str], environment: Mapping[str, str]) -> bytes:
    """A user unit for systemd 244 or newer.

    Args:
        arguments: the command; the first is an absolute path.
        environment: variables that the service gets in addition.

    Raises:
        ConfigurationError: systemd refuses such a path of a program, or a text is no UTF-8.
    """
    if any(sign in "\"'\\" or ord(sign) < 32 or ord(sign) == 127 for sign in arguments[0]):
        # string_is_safe() in systemd's load-fragment.c: no way of quoting helps.
        raise ConfigurationError((f"systemd starts no program whose path holds such characters: {arguments[0]!a}",))
    words = (f":{arguments[0]}", *arguments[1:])
    lines = "".join(f"Environment={quoted(f'{name}={value}')}\n" for name, value in environment.items())
    text = _UNIT.format(
        mark=MARK,
        name=NAME,
        command=" ".join(quoted(word) for word in words),
        environment=lines,
        watchdog=WATCHDOG_SECONDS,
    )
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise ConfigurationError(("a path is no UTF-8; a service manager cannot be told of it",)) from None


def quoted(word: str) -> str:
    """One word of a command line or an assignment by systemd.syntax(7): C escapes in quotes, and % doubled."""
    return '"' + "".join(_escaped(sign) for sign in word) + '"'


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    if sign == "%":
        return "%%"
    if ord(sign) < 32 or ord(sign) == 127:
        return f"\\x{ord(sign):02x}"
    return sign


def launchd_agent(arguments: Sequence[str], environment: Mapping[str, str], log: str) -> bytes:
    """An agent for launchd (launchd.plist(5)); ``log`` is where its words go. Untested."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(arguments),
            "EnvironmentVariables": dict(environment),
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": 60,
            "ExitTimeOut": 10,
            "ProcessType": "Background",
            "Umask": 0o077,
            "StandardOutPath": log,
            "StandardErrorPath": log,
        },
        sort_keys=False,
    )


def windows_task(arguments: Sequence[str], user: str) -> bytes:
    """A task for the Windows task scheduler, started at the logon of ``user``. Untested.

    Returns:
        XML in UTF-16, as ``schtasks /Create /XML`` wants it.
    """
    ET.register_namespace("", _TASK_SPACE)
    task = ET.Element(_in_space("Task"), {"version": "1.2"})
    information = _below(task, "RegistrationInfo")
    _below(information, "Description", f"{NAME}. {MARK}.")
    logon = _below(_below(task, "Triggers"), "LogonTrigger")
    _below(logon, "UserId", user)
    principal = _below(_below(task, "Principals"), "Principal")
    _below(principal, "UserId", user)
    _below(principal, "LogonType", "InteractiveToken")
    _below(principal, "RunLevel", "LeastPrivilege")
    settings = _below(task, "Settings")
    _below(settings, "MultipleInstancesPolicy", "IgnoreNew")
    _below(settings, "DisallowStartIfOnBatteries", "false")
    _below(settings, "StopIfGoingOnBatteries", "false")
    restart = _below(settings, "RestartOnFailure")
    _below(restart, "Interval", "PT1M")
    _below(restart, "Count", "999")
    _below(settings, "ExecutionTimeLimit", "PT0S")
    execute = _below(_below(task, "Actions"), "Exec")
    _below(execute, "Command", arguments[0])
    _below(execute, "Arguments", subprocess.list2cmdline(arguments[1:]))
    ET.indent(task)
    return bytes(ET.tostring(task, encoding="utf-16"))


def _below(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    child = ET.SubElement(parent, _in_space(name))
    child.text = text
    return child


def _in_space(name: str) -> str:
    return f"{{{_TASK_SPACE}}}{name}"
