"""What is typed to add a package, tried in a real environment."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.fixtures import ROOT
from watcher.notify.installing import command

HOME = Path("/home/taro")


@pytest.mark.parametrize(
    ("python", "has_pip", "typed"),
    [
        ("/home/taro/.konbini/bin/python", True, "~/.konbini/bin/python -m pip install "),
        ("/opt/a b/bin/python3", True, "'/opt/a b/bin/python3' -m pip install "),
        ("/home/taro/uv tools/bin/python", False, "uv pip install --python ~/'uv tools/bin/python' "),
    ],
)
def test_the_command_reaches_the_python_that_runs(python: str, has_pip: bool, typed: str) -> None:
    assert command(Path(python), HOME, has_pip=has_pip) == typed


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_advice_of_an_error_names_this_environment_and_no_other(tmp_path: Path, language: str) -> None:
    venv.create(tmp_path / "made", with_pip=False)
    python = tmp_path / "made" / "bin" / "python"
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from watcher.errors import MissingExtraError\n"
        "from watcher.notify.error_words import advice\n"
        "hint = \"install the extra: pip install 'konbini-watcher[card]'\"\n"
        f"print(advice(MissingExtraError('a', hint), {language!r}))\n"
    )
    done = subprocess.run(
        [python, "-c", program], env={"HOME": str(tmp_path)}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip().endswith(": uv pip install --python ~/made/bin/python 'konbini-watcher[card]'")
    assert sys.executable not in done.stdout
