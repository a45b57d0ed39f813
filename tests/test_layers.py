"""Imports point one way: down the table of the design. The core knows no clock, no files, no network."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "watcher"

CORE = ("messages", "extractors", "parcels")
ASSEMBLY = (
    "assembly", "daemon", "demo", "receiving", "reminding", "watch", "service_manager", "lock", "data", "__init__",
)  # fmt: skip
EDGE = (*CORE, "errors", "health", "text_safety", "config", "locations", "__init__")
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "errors": (),
    "health": (),
    "heartbeat": (),
    "text_safety": (),
    "data": (),
    "__init__": (),
    "lock": ("errors",),
    "service_manager": (),
    "locations": (),
    "config": ("errors", "locations"),
    "config_table": ("errors",),
    "config_oauth": ("errors", "config", "config_table"),
    "config_file": ("errors", "config", "config_table", "config_oauth"),
    "messages": ("messages", "errors"),
    "extractors": ("extractors", "messages", "errors"),
    "parcels": ("parcels", "extractors", "messages", "errors"),
    "mailbox": ("mailbox", *EDGE),
    "store": ("store", *EDGE),
    "notify": ("notify", *EDGE),
    "export": ("export", "notify", *EDGE),
}
"""What is not named here is assembly or command line, and may import everything but the command line."""

FORBIDDEN_IN_CORE = frozenset(
    "os sys time pathlib socket subprocess sqlite3 sqlalchemy imapclient threading asyncio random tempfile".split()
)
MAIN_FROM_CLI = frozenset({"__main__", "cli"})


def modules() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names if node.module == "watcher")


def layer_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down_the_table(path: Path) -> None:
    layer = layer_of(path)
    ours = {name.split(".")[1] for name in imported(path) if name.startswith("watcher.")}
    if layer in MAY_IMPORT:
        assert ours <= set(MAY_IMPORT[layer]), f"{layer} may not import {ours - set(MAY_IMPORT[layer])}"
    elif layer not in MAIN_FROM_CLI:
        assert not ours & MAIN_FROM_CLI, f"{layer} may not import the command line"


@pytest.mark.parametrize(
    "path", [path for path in modules() if layer_of(path) in CORE], ids=lambda path: str(path.relative_to(ROOT))
)
def test_the_core_has_no_clock_and_no_world(path: Path) -> None:
    tops = {name.split(".")[0] for name in imported(path)}
    assert not tops & FORBIDDEN_IN_CORE
    calls = {
        node.attr
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today")
    }
    assert calls <= {"now"}, "time is an argument"
    if "now" in calls:
        assert "datetime.now" not in path.read_text("utf-8")


def test_no_drawer_for_odds_and_ends() -> None:
    assert not [path for path in modules() if path.stem in ("utils", "helpers", "common", "misc")]


def test_no_file_outgrows_its_name() -> None:
    long = {str(path.relative_to(ROOT)): count for path in modules() if (count := _lines(path)) > 350}
    assert not long


def _lines(path: Path) -> int:
    return path.read_text("utf-8").count("\n")
