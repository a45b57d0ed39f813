"""Code 128 and QR for copying numbers, as modules and as drawings; the packages of the extra ``card`` make them.

They are our own codes: Amazon's barcode holds something else, which no mail tells in words.

Terminology:
    module: the narrowest bar or the smallest square; True where it is dark.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence
from typing import Any

QUIET_BARS = 10
"""Empty modules at both ends of a Code 128 (ISO/IEC 15417 §4.2)."""
QUIET_SQUARES = 4
"""Empty modules around a QR code (ISO/IEC 18004:2015 §9.1)."""
_BAR_HEIGHT = 40


def code_128_modules(number: str) -> tuple[bool, ...] | None:
    """The modules from left to right; None where python-barcode is not installed or cannot hold the text."""
    module = _optional("barcode.codex")
    if module is None or not number.isascii() or not number.isalnum():
        return None
    (modules,) = module.Code128(number).build()
    return tuple(bit == "1" for bit in modules)


def qr_modules(text: str) -> tuple[tuple[bool, ...], ...] | None:
    """The modules row by row, None where segno is not installed. Never a Micro QR, which few cameras read."""
    module = _optional("segno")
    if module is None or not text:
        return None
    return tuple(tuple(bool(bit) for bit in row) for row in module.make_qr(text, error="m").matrix)


def code_128(number: str) -> str | None:
    """An SVG element, or None as above."""
    modules = code_128_modules(number)
    if modules is None:
        return None
    bars = _runs(modules, 0, QUIET_BARS, _BAR_HEIGHT)
    return _svg(len(modules) + 2 * QUIET_BARS, _BAR_HEIGHT, bars, 'preserveAspectRatio="none"')


def qr(text: str) -> str | None:
    """An SVG element, or None as above."""
    rows = qr_modules(text)
    if rows is None:
        return None
    squares = [path for line, row in enumerate(rows) for path in _runs(row, line + QUIET_SQUARES, QUIET_SQUARES, 1)]
    size = len(rows) + 2 * QUIET_SQUARES
    return _svg(size, size, squares, "")


def _runs(modules: Sequence[bool], top: int, left: int, height: int) -> list[str]:
    """Path data: one rectangle for each run of dark modules."""
    paths: list[str] = []
    start: int | None = None
    for place, dark in enumerate([*modules, False]):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            paths.append(f"M{left + start} {top}h{place - start}v{height}H{left + start}z")
            start = None
    return paths


def _svg(width: int, height: int, paths: Iterable[str], more: str) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" shape-rendering="crispEdges" aria-hidden="true" {more}>'
        f'<path fill="#fff" d="M0 0h{width}v{height}H0z"/><path d="{"".join(paths)}"/></svg>'
    )


def _optional(name: str) -> Any | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None
