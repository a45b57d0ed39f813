"""The command line in an empty home, as a person or a program runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fixtures import EMAILS, ROOT

DEMO = EMAILS / "demo"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def konbini(tmp_path: Path) -> Run:
    """Runs a command in an empty home; ``lang`` and more of the environment may be given."""

    def run(*arguments: str, stdin: bytes | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        env = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "LANG": "C", "COLUMNS": "100", **environment}
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "watcher", *arguments],
            cwd=ROOT,
            env=env,
            input=stdin,
            capture_output=True,
            check=False,
        )
        out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
        assert "Traceback" not in err
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    return run


@pytest.fixture
def filled(konbini: Run) -> Run:
    """A home with the parcels of the demonstration."""
    assert konbini("import", *(str(path) for path in sorted(DEMO.glob("[124]*.eml")))).returncode == 0
    return konbini
