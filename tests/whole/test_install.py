"""What people install, as they install it: wheel and source archive, with pip, pipx and uv, away from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from watcher import __version__
from watcher.cli.main import konbini

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 300
ENDLESS = frozenset({"follow"})
"""Switches with which a command goes on until it is stopped."""

EXIT_CODES = {0, 2, 4, 69, 75, 78}
EXTRAS = ("calendar", "card", "demo", "dkim", "keyring", "oauth", "push")


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive, and the wheel that is made of it."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=PATIENCE)
    return folder


@pytest.fixture(scope="module")
def wheel(archives: Path) -> Path:
    return next(archives.glob("*.whl"))


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Programs of an environment with pipx and uv."""
    made = new_environment(tmp_path_factory.mktemp("tools"))
    typed(made, made / "pip", "install", "--quiet", "pipx", "uv")
    return made


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Programs of an environment with the base installation, by pip."""
    made = new_environment(tmp_path_factory.mktemp("bare"))
    typed(made, made / "pip", "install", "--quiet", str(wheel))
    return made


def new_environment(folder: Path) -> Path:
    venv.create(folder / "env", with_pip=True)
    return folder / "env" / "bin"


def typed(home: Path, *command: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a person types in an empty home, who has nothing of ours on the path."""
    own = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_", "SSL_", "http"))}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=home,
        env={"HOME": str(home), "PATH": f"{home}:/usr/bin:/bin", "LANG": "C.UTF-8", **own, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode in EXIT_CODES, done.stderr
    return done


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command and those below it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        yield (*path, name), found
        if isinstance(found, click.Group):
            yield from commands(found, (*path, name))


def attempts(path: tuple[str, ...], command: click.Command) -> Iterator[list[str]]:
    """A command with what it cannot do without, and once more with each of its switches."""
    given = {"wanted": "1", "paths": "-", "shell": "bash", "text": "x", "number": "1", "until": "3h"}
    needed = [
        given.get(argument.name or "", "1")
        for argument in command.params
        if isinstance(argument, click.Argument) and argument.required
    ]
    yield [*path, *needed]
    for option in (one for one in command.params if isinstance(one, click.Option)):
        if option.is_flag and option.name not in ENDLESS:
            yield [*path, option.opts[-1], *needed]


def test_every_command_of_the_base_installation_works_or_names_the_extra(bare: Path, tmp_path: Path) -> None:
    added = ("add", "--inquiry", "2874-9601-3582", "--auth", "5520881", "--shop", "lawson")
    assert typed(tmp_path, bare / "konbini", *added).returncode == 0
    for path, command in commands(konbini):
        for words in attempts(path, command):
            done = typed(tmp_path, bare / "konbini", *words)
            said = done.stdout + done.stderr
            assert "Traceback" not in said, words
            assert "unexpected" not in done.stderr, (words, done.stderr)
            if "ModuleNotFound" in said or "No module named" in said:
                pytest.fail(f"{words}: {said}")
            if "extra" in done.stderr:
                assert any(f"konbini-watcher[{extra}]" in done.stderr for extra in EXTRAS), (words, done.stderr)


OLDER = """\
import sys
from alembic import command
from watcher.store.engine import open_engine
from watcher.store.migrate import configuration, scripts
with open_engine(sys.argv[1]).begin() as connection:
    config = configuration(scripts())
    config.attributes["connection"] = connection
    command.downgrade(config, "0003")
"""
"""Makes a database one of an older version."""


def test_the_base_installation_migrates_and_keeps(bare: Path, tmp_path: Path) -> None:
    assert typed(tmp_path, bare / "konbini", "--version").stdout == f"konbini, version {__version__}\n"
    assert json.loads(typed(tmp_path, bare / "konbini", "list", "--json").stdout) == []
    assert typed(tmp_path, bare / "konbini", "add", "--order", "250-1234567-7654321").returncode == 0
    (parcel,) = json.loads(typed(tmp_path, bare / "konbini", "list", "--json").stdout)
    assert parcel["order_number"] == "250-1234567-7654321"
    (path,) = tmp_path.rglob("parcels.sqlite3")
    older = typed(tmp_path, bare / "python", "-c", OLDER, f"sqlite:///{path}")
    assert older.returncode == 0, older.stderr
    assert json.loads(typed(tmp_path, bare / "konbini", "list", "--json").stdout) == [parcel]
    assert list(tmp_path.rglob("parcels.sqlite3.backup-0003-*"))
    assert not list(bare.parent.rglob("site-packages/tests")) + list(bare.parent.rglob("site-packages/benchmarks"))


def test_a_shell_and_man_find_what_belongs_to_them(bare: Path) -> None:
    share = bare.parent / "share"
    assert "受け取り" in _roff_text(share / "man" / "ja" / "man1" / "konbini.1")
    assert (share / "man" / "man1" / "konbini.1").read_text("utf-8").startswith('.\\" Made by')
    for name in (
        "bash-completion/completions/konbini",
        "zsh/site-functions/_konbini",
        "fish/vendor_completions.d/konbini.fish",
    ):
        assert "_KONBINI_COMPLETE" in (share / name).read_text("utf-8")


def _roff_text(page: Path) -> str:
    import re

    return re.sub(r"\\\[u([0-9A-F]{4,6})]", lambda found: chr(int(found[1], 16)), page.read_text("utf-8"))


def test_pipx_installs_it(wheel: Path, tools: Path, tmp_path: Path) -> None:
    places = {"PIPX_HOME": str(tmp_path / "pipx"), "PIPX_BIN_DIR": str(tmp_path / "bin")}
    done = typed(tmp_path, tools / "pipx", "install", f"konbini-watcher[demo] @ file://{wheel}", **places)
    assert done.returncode == 0, done.stderr
    shown = typed(tmp_path, tmp_path / "bin" / "konbini", "demo", "--json")
    chains = {parcel["pickup_point"]["chain"] for parcel in json.loads(shown.stdout)}
    assert chains == {"lawson", "familymart", "ministop"}


def test_uv_tool_installs_it(archives: Path, tools: Path, tmp_path: Path) -> None:
    source = next(archives.glob("*.tar.gz"))
    places = {"UV_TOOL_DIR": str(tmp_path / "tools"), "UV_TOOL_BIN_DIR": str(tmp_path / "bin")}
    python = ("--python", sys.executable)
    done = typed(tmp_path, tools / "uv", "tool", "install", *python, f"konbini-watcher @ file://{source}", **places)
    assert done.returncode == 0, done.stderr
    assert typed(tmp_path, tmp_path / "bin" / "konbini", "--version").stdout.strip().endswith(__version__)


def test_the_version_stands_in_one_place(wheel: Path) -> None:
    assert wheel.name.startswith(f"konbini_watcher-{__version__}-")
    with zipfile.ZipFile(wheel) as opened:
        (metadata,) = (name for name in opened.namelist() if name.endswith(".dist-info/METADATA"))
        assert f"\nVersion: {__version__}\n" in opened.read(metadata).decode()
    assert __version__ not in (ROOT / "pyproject.toml").read_text("utf-8")


def test_the_source_archive_holds_all_that_is_kept(archives: Path) -> None:
    """So that whoever builds a package for a system can run the tests there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no checkout")
    with tarfile.open(next(archives.glob("*.tar.gz"))) as opened:
        held = {name.partition("/")[2] for name in opened.getnames()}
    kept = {name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()}
    assert kept - held == set()
