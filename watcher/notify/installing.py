"""How a package is added to the very Python that runs: a bare ``pip`` is often another one's, or refuses (PEP 668)."""

from __future__ import annotations

import shlex
import sys
from importlib.util import find_spec
from pathlib import Path

_BARE = "pip install "


def here(sentence: str) -> str:
    """A sentence whose ``pip install`` reaches this installation; any other as it is."""
    if _BARE not in sentence or sys.prefix == sys.base_prefix:
        return sentence
    return sentence.replace(_BARE, command(Path(sys.executable), Path.home(), has_pip=find_spec("pip") is not None))


def command(python: Path, home: Path, *, has_pip: bool) -> str:
    """What is typed before the package; without pip, the environment is one of uv's.

    Args:
        python: the interpreter of a virtual environment.
        home: the person's home, which is written as ``~``.
        has_pip: whether the environment has a pip of its own.
    """
    inside = shlex.quote(str(python.relative_to(home))) if python.is_relative_to(home) else None
    shown = shlex.quote(str(python)) if inside is None else f"~/{inside}"
    return f"{shown} -m pip install " if has_pip else f"uv pip install --python {shown} "
