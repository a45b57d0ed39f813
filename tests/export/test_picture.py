"""The card as a picture: a camera reads its codes, nothing is cut off, and it says what it lacks."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from tests.conftest import needs
from tests.export.browser import ARTEFACTS
from tests.export.test_card import LAWSON, NOW, STEPS, at
from tests.export.test_page import CASES
from watcher.errors import ExportError
from watcher.export.card import png_card
from watcher.export.colours import LIGHT
from watcher.export.sheet import WIDTH, Sheet, Typeface
from watcher.extractors.notice import Chain, PointKind
from watcher.japanese_fonts import japanese_typeface
from watcher.notify.notification import Language
from watcher.parcels.parcel import Parcel

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def typeface() -> Typeface:
    needs("fc-match")
    return japanese_typeface()


def picture_of(parcels: Parcel | list[Parcel], language: Language, typeface: Typeface) -> Image.Image:
    image = Image.open(io.BytesIO(png_card(parcels, NOW, language, STEPS, typeface)))
    image.load()
    return image.convert("RGB")


@pytest.mark.parametrize(("case", "language"), [("loppi", "ja"), ("famiport", "en"), ("two", "ja")])
def test_a_camera_reads_every_code(case: str, language: Language, typeface: Typeface) -> None:
    parcels = CASES[case][0]
    image = picture_of(parcels, language, typeface)
    ARTEFACTS.mkdir(exist_ok=True)
    image.save(ARTEFACTS / f"picture-{case}-{language}.png")
    codes = [code.text for code in zxingcpp.read_barcodes(image)]
    count = len(parcels) if isinstance(parcels, list) else 1
    assert sorted(codes) == sorted(["123456789013", "7654321", "123456789013\n7654321"] * count)


def test_another_reader_agrees(typeface: Typeface, tmp_path: Path) -> None:
    needs("zbarimg")
    file = tmp_path / "card.png"
    picture_of(LAWSON, "ja", typeface).save(file)
    done = subprocess.run(["zbarimg", "--quiet", file], capture_output=True, text=True, check=True)
    assert set(done.stdout.splitlines()) == {
        "CODE-128:123456789013",
        "CODE-128:7654321",
        "QR-Code:123456789013",
        "7654321",
    }


@pytest.mark.parametrize(("case", "language"), [("famiport", "ja"), ("doubtful", "en"), ("four", "ja")])
def test_nothing_reaches_into_the_margin(case: str, language: Language, typeface: Typeface) -> None:
    image = picture_of(CASES[case][0], language, typeface)
    assert image.width == WIDTH
    margins = [(0, 40, 40, image.height), (WIDTH - 40, 40, WIDTH, image.height), (0, image.height - 40, *image.size)]
    for box in margins:
        assert image.crop(box).getcolors() == [((box[2] - box[0]) * (box[3] - box[1]), (255, 255, 255))]


def test_a_parcel_that_needs_amazons_barcode_has_no_code(typeface: Typeface) -> None:
    image = picture_of(replace(LAWSON, inquiry_number="DA1234567890"), "ja", typeface)
    assert zxingcpp.read_barcodes(image) == []


def test_each_chain_has_its_stripe(typeface: Typeface) -> None:
    chains = [*Chain, None]
    pictures = [picture_of(at(PointKind.KONBINI, chain, "架空店"), "ja", typeface) for chain in chains]
    assert len({image.getpixel((WIDTH // 2, 10)) for image in pictures}) == len(chains)


def test_a_longer_text_makes_a_taller_picture_and_a_long_number_is_not_cut_off(typeface: Typeface) -> None:
    short = picture_of(at(PointKind.LOCKER, None, "架空"), "ja", typeface)
    long = picture_of(replace(at(PointKind.LOCKER, None, "架空" * 30), pickup_code="9" * 60), "ja", typeface)
    assert long.height > short.height
    right = long.crop((WIDTH - 44, 0, WIDTH, long.height)).convert("L").crop((0, 40, 44, long.height))
    assert right.getextrema() == (255, 255)


def test_japanese_letters_are_drawn_and_not_boxes(typeface: Typeface) -> None:
    drawn = []
    for text in ("認", "証", "\U0010fffe"):
        sheet = Sheet(typeface, LIGHT["paper"])
        sheet.text(text, 60, "#000000", bold=True)
        drawn.append(Image.open(io.BytesIO(sheet.png("x"))).convert("L").tobytes())
    assert len(set(drawn)) == 3


def test_the_picture_names_its_maker(typeface: Typeface) -> None:
    with Image.open(io.BytesIO(png_card(LAWSON, NOW, "ja", STEPS, typeface))) as image:
        assert image.text == {"Software": "konbini-watcher"}  # type: ignore[attr-defined]


def test_without_a_japanese_font_the_person_learns_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ExportError, match="Japanese letters") as caught:
        japanese_typeface()
    assert caught.value.hint is not None
    assert "fonts-noto-cjk" in caught.value.hint


def test_a_machine_that_has_fonts_but_none_with_japanese_says_so_too(tmp_path: Path) -> None:
    """The real fontconfig, told of no font folder but an empty one."""
    needs("fc-match")
    settings = tmp_path / "fonts.conf"
    settings.write_text(f"<fontconfig><dir>{tmp_path}</dir><cachedir>{tmp_path}</cachedir></fontconfig>")
    code = (
        "from watcher.errors import ExportError\nfrom watcher.japanese_fonts import japanese_typeface\n"
        "try:\n    japanese_typeface()\nexcept ExportError as error:\n    print(error.hint)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"FONTCONFIG_FILE": str(settings), "PATH": os.environ["PATH"]},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "fonts-noto-cjk" in done.stdout


def test_without_pillow_the_extra_is_named() -> None:
    code = (
        "import sys; sys.modules['PIL'] = None; sys.modules['PIL.Image'] = None\n"
        "from pathlib import Path\n"
        "from watcher.errors import MissingExtraError\n"
        "from watcher.export.sheet import FontFile, Sheet, Typeface\n"
        "try:\n    Sheet(Typeface(FontFile(Path('x')), FontFile(Path('x'))), '#ffffff')\n"
        "except MissingExtraError as error:\n    print(error.hint)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "konbini-watcher[card]" in done.stdout
