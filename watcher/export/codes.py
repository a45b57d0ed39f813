"""Code 128 and QR as drawings, for copying numbers; the packages of the extra ``card`` make them.

They are our own codes: Amazon's barcode holds something else, which no mail tells in words.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence
from typing import Any

_QUIET_BARS = 10
"""Empty modules at both ends of a Code 128 (ISO/IEC 15417 §4.2)."""
_QUIET_SQUARES = 4
"""Empty modules around a QR code (ISO/IEC 18004:2015 §9.1)."""
_BAR_HEIGHT = 40


def code_128(number: str) -> str | None:
    """An SVG element, or None where python-barcode is not installed or cannot hold the text."""
    module = _optional("barcode.codex")
    if module is None or not number.isascii() or not number.isalnum():
        return None
    (modules,) = module.Code128(number).build()
    width = len(modules) + 2 * _QUIET_BARS
    bars = _runs([bit == "1" for bit in modules], 0, _QUIET_BARS, _BAR_HEIGHT)
    return _svg(width, _BAR_HEIGHT, bars, 'preserveAspectRatio="none"')


def qr(text: str) -> str | None:
    """An SVG element, or None where segno is not installed. Never a Micro QR, which few cameras read."""
    module = _optional("segno")
    if module is None or not text:
        return None
    rows: Sequence[Sequence[int]] = module.make_qr(text, error="m").matrix
    squares = [
        path
        for line, row in enumerate(rows)
        for path in _runs([bool(bit) for bit in row], line + _QUIET_SQUARES, _QUIET_SQUARES, 1)
    ]
    size = len(rows) + 2 * _QUIET_SQUARES
    return _svg(size, size, squares, "")


def _runs(bits: Sequence[bool], top: int, left: int, height: int) -> list[str]:
    """Path data: one rectangle for each run of dark modules."""
    paths: list[str] = []
    start: int | None = None
    for place, dark in enumerate([*bits, False]):
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
