"""Finds a font with Japanese letters on this machine, for pictures.

Linux and the BSDs are asked through fontconfig. macOS and Windows bring one along; where it lies follows from their
makers' documents and was not tried on a real machine.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from watcher.errors import ExportError
from watcher.export.sheet import FontFile, Typeface

_REGULAR, _BOLD = 80, 200
"""Weights, as fontconfig counts them."""

_PATIENCE = 20.0
_BROUGHT_ALONG = (
    ("/System/Library/Fonts/ヒラギノ角ゴシック W3.ttc", "/System/Library/Fonts/ヒラギノ角ゴシック W7.ttc"),
    ("{WINDIR}/Fonts/YuGothM.ttc", "{WINDIR}/Fonts/YuGothB.ttc"),
    ("{WINDIR}/Fonts/meiryo.ttc", "{WINDIR}/Fonts/meiryob.ttc"),
)


def japanese_typeface() -> Typeface:
    """A font that has Japanese letters, in two weights.

    Raises:
        ExportError: there is none.
    """
    regular, bold = _by_fontconfig(_REGULAR), _by_fontconfig(_BOLD)
    if regular is not None:
        return Typeface(regular, bold or regular)
    windows = os.environ.get("WINDIR", "C:/Windows")
    for files in _BROUGHT_ALONG:
        light, heavy = (Path(file.format(WINDIR=windows)) for file in files)
        if light.is_file():
            return Typeface(FontFile(light), FontFile(heavy if heavy.is_file() else light))
    raise ExportError(
        "no font with Japanese letters was found, and a picture needs one",
        "install one, e.g. fonts-noto-cjk with fontconfig (Debian, Ubuntu) or google-noto-sans-cjk-fonts (Fedora);"
        " --html needs none",
    )


def _by_fontconfig(weight: int) -> FontFile | None:
    """The best match, or None where fontconfig is not there or its best font has no Japanese letters."""
    pattern = f"sans-serif:lang=ja:weight={weight}:variable=false:scalable=true"
    try:
        answer = subprocess.run(
            ["fc-match", "--format=%{lang}\n%{index}\n%{file}", pattern],
            capture_output=True,
            check=True,
            timeout=_PATIENCE,
        ).stdout.decode("utf-8", "surrogateescape")
        languages, index, file = answer.split("\n", 2)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    if "ja" not in languages.split("|"):
        return None
    return FontFile(Path(file), int(index))
