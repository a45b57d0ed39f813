"""The pages of guarantees name tests that exist, the same in both languages."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "docs" / name for name in ("imap-guarantees.md", "imap-guarantees.ja.md")]
ROWS = [*(f"R{number}" for number in range(1, 23)), *(f"S{number}" for number in range(1, 9))]


def named(page: Path) -> dict[str, list[str]]:
    """The tests of each guarantee."""
    rows = re.findall(r"^\| ([RS]\d+) \|(.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {row: re.findall(r"`(tests/[^`]+)`", rest) for row, rest in rows}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_guarantee_has_tests_that_exist(page: Path) -> None:
    found = named(page)
    assert list(found) == ROWS
    for row, tests in found.items():
        assert tests, row
        for test in tests:
            path, _, name = test.partition("::")
            tree = ast.parse((ROOT / path).read_text("utf-8"))
            functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
            assert name in functions, test


def test_both_languages_name_the_same_tests() -> None:
    assert named(PAGES[0]) == named(PAGES[1])
