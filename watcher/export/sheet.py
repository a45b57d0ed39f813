"""A picture that grows downwards: text in a Japanese font, panels, codes. Pillow draws it, of the extra ``card``.

Units are pixels; three of them are one CSS pixel of a phone.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.errors import MissingExtraError
from watcher.export.lines import wrapped

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

WIDTH = 1080
MARGIN = 48
_LINE = 1.45
"""Height of a line as a multiple of the size of its letters."""

_SHADES = 64
"""Colours of a picture: enough for smooth letters, and a quarter of the size."""

Draw = Callable[["ImageDraw"], None]


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font; ``index`` tells which of a collection, as FreeType counts."""

    path: Path
    index: int = 0


@dataclass(frozen=True, slots=True)
class Typeface:
    """Two weights of a font that has Japanese letters; ``bold`` may be the same file."""

    regular: FontFile
    bold: FontFile


class Sheet:
    """Collects what to draw from top to bottom, for only then its height is known.

    Args:
        typeface: of all texts.
        paper: colour of the ground.

    Attributes:
        top: where the next thing begins.

    Raises:
        MissingExtraError: Pillow is not installed.
    """

    def __init__(self, typeface: Typeface, paper: str) -> None:
        _require_pillow()
        self.top = 0
        self.left = MARGIN
        self.right = WIDTH - MARGIN
        self._typeface = typeface
        self._paper = paper
        self._draws: list[Draw] = []

    @property
    def width(self) -> int:
        """How wide a thing can be here."""
        return self.right - self.left

    def gap(self, height: int) -> None:
        self.top += height

    def text(self, text: str, size: int, colour: str, *, bold: bool = False) -> None:
        """A paragraph, broken as Japanese is."""
        font = self.font(size, bold)
        for line in wrapped(text, self.width, font.getlength):
            self.word(line, size, colour, bold=bold)
            self.top += round(size * _LINE)

    def word(self, text: str, size: int, colour: str, *, bold: bool = False, left: int | None = None) -> int:
        """Text on the line that begins here, which it does not end; returns where it ends."""
        font, here = self.font(size, bold), self.left if left is None else left
        middle = self.top + round(size * _LINE / 2)
        self._draws.append(lambda draw: draw.text((here, middle), text, colour, font, "lm"))
        return here + round(font.getlength(text))

    def end_line(self, size: int) -> None:
        self.top += round(size * _LINE)

    def length(self, text: str, size: int, *, bold: bool = False) -> int:
        return round(self.font(size, bold).getlength(text))

    def block(self, left: int, top: int, width: int, height: int, colour: str) -> None:
        """A filled rectangle anywhere."""
        self._draws.append(lambda draw: draw.rectangle((left, top, left + width - 1, top + height - 1), colour))

    def disc(self, size: int, colour: str, letter: str, ink: str) -> None:
        """A number in a circle at the left edge of the line that begins here."""
        left, top, font = self.left, self.top, self.font(round(size * 0.6), bold=True)
        middle = (left + size // 2, top + size // 2)
        self._draws.append(lambda draw: draw.ellipse((left, top, left + size, top + size), colour))
        self._draws.append(lambda draw: draw.text(middle, letter, ink, font, "mm"))

    @contextmanager
    def indented(self, by: int) -> Iterator[None]:
        self.left += by
        yield
        self.left -= by

    @contextmanager
    def panel(
        self, pad: int, *, ground: str | None = None, line: str | None = None, round_by: int = 24, whole: bool = True
    ) -> Iterator[None]:
        """What is drawn within stands on a ground of its own, or within a frame.

        Args:
            pad: distance from the edge.
            ground: colour, or None.
            line: colour of the frame, or None.
            round_by: radius of its corners.
            whole: False leaves the lower corners square.
        """
        place, left, top, right = len(self._draws), self.left, self.top, self.right
        self.left, self.right, self.top = left + pad, right - pad, top + pad
        yield
        self.left, self.right, self.top = left, right, self.top + pad
        box, corners = (left, top, right, self.top), (True, True, whole, whole)
        frame = 6 if line else 0
        self._draws.insert(
            place, lambda draw: draw.rounded_rectangle(box, round_by, ground, line, frame, corners=corners)
        )

    def font(self, size: int, bold: bool) -> FreeTypeFont:
        return _font(self._typeface.bold if bold else self._typeface.regular, size)

    def png(self, software: str) -> bytes:
        """The picture; ``software`` is written into it as its maker."""
        from PIL import Image, ImageDraw, PngImagePlugin

        image = Image.new("RGB", (WIDTH, self.top), self._paper)
        draw = ImageDraw.Draw(image)
        for one in self._draws:
            one(draw)
        about = PngImagePlugin.PngInfo()
        about.add_text("Software", software)
        written = io.BytesIO()
        few = image.quantize(_SHADES, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(written, "PNG", pnginfo=about)
        return written.getvalue()


def bars(sheet: Sheet, modules: Sequence[bool], quiet: int, height: int) -> None:
    """A line of modules over the whole width, black on white."""
    unit = sheet.width // (len(modules) + 2 * quiet)
    width = unit * (len(modules) + 2 * quiet)
    left = sheet.left + (sheet.width - width) // 2
    sheet.block(sheet.left, sheet.top, sheet.width, height, "#ffffff")
    for place, dark in enumerate(modules):
        if dark:
            sheet.block(left + unit * (quiet + place), sheet.top, unit, height, "#000000")
    sheet.gap(height)


def squares(sheet: Sheet, rows: Sequence[Sequence[bool]], quiet: int, size: int) -> None:
    """Rows of modules as a square of at most ``size``, black on white."""
    unit = size // (len(rows) + 2 * quiet)
    whole = unit * (len(rows) + 2 * quiet)
    sheet.block(sheet.left, sheet.top, whole, whole, "#ffffff")
    for line, row in enumerate(rows):
        for place, dark in enumerate(row):
            if dark:
                left, top = sheet.left + unit * (quiet + place), sheet.top + unit * (quiet + line)
                sheet.block(left, top, unit, unit, "#000000")
    sheet.gap(whole)


@cache
def _font(file: FontFile, size: int) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(file.path, size, file.index, layout_engine=ImageFont.Layout.BASIC)


def _require_pillow() -> None:
    try:
        import PIL.Image  # noqa: F401
    except ImportError:
        raise MissingExtraError(
            "a picture needs the package Pillow", "install the extra: pip install 'konbini-watcher[card]'"
        ) from None
