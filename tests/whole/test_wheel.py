"""What people install: the wheel holds everything the program needs, and works away from the checkout."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built and unpacked as an installer would."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(unpacked: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "watcher", *arguments],
        cwd=unpacked,
        env={"PATH": "/usr/bin:/bin", "HOME": str(unpacked), "LANG": "C"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_everything_is_in_it(unpacked: Path) -> None:
    watcher = unpacked / "watcher"
    assert (watcher / "py.typed").exists()
    assert (watcher / "config.example.toml").exists()
    assert list((watcher / "migrations" / "versions").glob("*.py"))
    assert {path.stem for path in (watcher / "data").glob("*.toml")} >= {"phrases", "hold_periods", "providers"}
    assert not (unpacked / "tests").exists()
    assert list(unpacked.glob("*.data/data/share/man/man1/konbini.1"))


def test_the_demo_runs_from_it(unpacked: Path) -> None:
    done = run(unpacked, "demo", "--json")
    assert done.returncode == 0, done.stderr
    chains = {parcel["pickup_point"]["chain"] for parcel in json.loads(done.stdout)}
    assert chains == {"lawson", "familymart", "ministop"}


def test_reading_makes_no_files(unpacked: Path) -> None:
    assert json.loads(run(unpacked, "list", "--json").stdout) == []
    assert not (unpacked / ".local").exists()
