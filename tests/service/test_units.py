"""What is written for each service manager says what was meant, whatever stands in a path."""

from __future__ import annotations

import os
import plistlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import needs
from watcher.errors import ConfigurationError
from watcher.service_units import launchd_agent, systemd_unit, windows_task

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
NASTY = "/home/太郎/100% $HOME \"x\" 'y' a\\b ${Z} ;#"
ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|(.))", re.DOTALL)


def words_of(line: str) -> Iterator[str]:
    """A command line read as systemd.service(5) and systemd.syntax(7) say: quotes, C escapes, then specifiers."""
    for quoted in re.findall(r'"((?:[^"\\]|\\.)*)"', line, re.DOTALL):
        plain = ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], quoted)
        assert not re.search(r"(?<!%)(?:%%)*%(?!%)", plain), "a specifier would be put in"
        yield plain.replace("%%", "%")


def value(unit: bytes, key: str) -> str:
    (found,) = re.findall(rf"^{key}=(.*)$", unit.decode(), re.MULTILINE)
    return str(found)


@given(WORDS, WORDS)
def test_systemd_reads_back_what_was_meant(path: str, variable: str) -> None:
    unit = systemd_unit(("/usr/bin/konbini", "--config", path, "run"), {"NAME": variable})
    assert list(words_of(value(unit, "ExecStart"))) == [":/usr/bin/konbini", "--config", path, "run"]
    assert list(words_of(value(unit, "Environment"))) == [f"NAME={variable}"]


@pytest.mark.parametrize("program", ['/opt/"x"/konbini', "/opt/it's/konbini", "/opt/a\\b", "/opt/a\nb"])
def test_a_program_that_systemd_would_not_start_is_refused(program: str) -> None:
    with pytest.raises(ConfigurationError):
        systemd_unit((program, "run"), {})


def test_a_path_that_is_no_text_is_refused() -> None:
    with pytest.raises(ConfigurationError):
        systemd_unit(("/usr/bin/konbini", "--config", "/home/\udcff"), {})


@pytest.mark.parametrize("config", ["/home/taro/config.toml", NASTY])
def test_systemd_has_nothing_to_complain_about(tmp_path: Path, config: str) -> None:
    needs("systemd-analyze")
    program = tmp_path / "100% 太郎 $HOME" / "konbini"
    program.parent.mkdir()
    program.symlink_to(sys.executable)
    unit = tmp_path / "konbini-watcher.service"
    unit.write_bytes(systemd_unit((str(program), "--config", config, "run"), {"KONBINI_LANGUAGE": "ja"}))
    (tmp_path / "run").mkdir(mode=0o700)
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(unit)],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path / "run")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_what_does_not_get_better_is_not_tried_again() -> None:
    unit = systemd_unit(("/usr/bin/konbini", "run"), {})
    assert value(unit, "RestartPreventExitStatus") == "2 77 78"
    assert value(unit, "Type") == "notify"
    assert int(value(unit, "WatchdogSec")) >= 120, "the daemon ticks once a minute"


@given(st.text(st.characters(codec="utf-8", min_codepoint=32), max_size=40))
def test_launchd_reads_back_what_was_meant(path: str) -> None:
    agent = plistlib.loads(launchd_agent(("/usr/bin/konbini", "--config", path, "run"), {"A": "b"}, "/log"))
    assert agent["ProgramArguments"] == ["/usr/bin/konbini", "--config", path, "run"]
    assert agent["EnvironmentVariables"] == {"A": "b"}
    assert agent["KeepAlive"] == {"SuccessfulExit": False}


def test_the_windows_task_is_xml_that_names_the_command() -> None:
    task = windows_task((r"C:\Program Files\konbini.exe", "--config", r"C:\私の 設定\c.toml", "run"), "taro")
    assert task.startswith((b"\xff\xfe", b"\xfe\xff"))
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    execute = ET.fromstring(task.decode("utf-16")).find(".//t:Exec", space)  # noqa: S314 (our own)
    assert execute is not None
    assert [child.text for child in execute] == [
        r"C:\Program Files\konbini.exe",
        r'--config "C:\私の 設定\c.toml" run',
    ]
