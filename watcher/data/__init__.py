"""Tables that people may want to correct, as TOML files with their sources and years.

The assembly loads each once and passes it into the core, which reads no files.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """The table ``name`` (without ``.toml``) of this folder.

    Raises:
        FileNotFoundError: there is no such table.
        tomllib.TOMLDecodeError: the file is no TOML.
    """
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))
