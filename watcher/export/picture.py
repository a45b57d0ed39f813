"""The pick-up card as a picture, to be sent to a phone and shown at a kiosk."""

from __future__ import annotations

from watcher.export.codes import QUIET_BARS, QUIET_SQUARES, code_128_modules, qr_modules
from watcher.export.colours import CHAINS, LIGHT
from watcher.export.content import Card, Item, Number, Section
from watcher.export.sheet import WIDTH, Sheet, Typeface, bars, squares

MADE_BY = "konbini-watcher"
"""By this a picture is known to be ours."""

_HUGE, _SMALLEST = 150, 60
_INK, _FAINT = LIGHT["ink"], LIGHT["faint"]


def render(card: Card, typeface: Typeface) -> bytes:
    """A PNG; text of mails must be harmless already.

    Raises:
        MissingExtraError: the extra ``card`` is not installed.
    """
    sheet = Sheet(typeface, LIGHT["paper"])
    sheet.block(0, 0, WIDTH, 30, CHAINS[card.chain])
    sheet.gap(60)
    sheet.text(card.words.card_title, 42, _FAINT)
    sheet.text(card.place, 72, _INK, bold=True)
    for item in card.items:
        sheet.gap(36)
        _item(sheet, item, card)
    for section in card.sections:
        _section(sheet, section)
    if card.slip:
        sheet.gap(24)
        with sheet.panel(36, line=_INK):
            sheet.text(card.slip, 48, _INK, bold=True)
    sheet.gap(24)
    for line in card.advice:
        sheet.text(line, 45, _INK)
        sheet.gap(12)
    for heading, text in ((card.words.card_after, card.after), (card.words.card_where, card.where)):
        _heading(sheet, heading)
        sheet.text(text, 45, _INK)
    _codes(sheet, card)
    sheet.gap(36)
    sheet.text(card.made, 39, _FAINT)
    sheet.gap(48)
    return sheet.png(MADE_BY)


def _item(sheet: Sheet, item: Item, card: Card) -> None:
    with sheet.panel(0, line=_INK, round_by=36):
        _deadline(sheet, item, card)
        with sheet.panel(36):
            if item.instead:
                _note(sheet, item.instead, 48, "warned", bold=True)
            size = _size_of(sheet, item)
            for number in item.numbers:
                _number(sheet, number, size)
            for place, remark in enumerate(item.remarks):
                sheet.gap(18)
                _note(sheet, remark, 42, "plate" if place else "warned")


def _deadline(sheet: Sheet, item: Item, card: Card) -> None:
    ink, day = LIGHT["ink-on-deadline"], item.deadline or card.words.unknown
    label = f"[{item.id}] {card.words.card_deadline}" if len(card.items) > 1 else card.words.card_deadline
    with sheet.panel(30, ground=LIGHT["urgent" if item.urgent else "calm"], round_by=36, whole=False):
        sheet.text(label, 42, ink)
        sheet.word(day, 57, ink, bold=True)
        needed = sheet.length(item.left, 66, bold=True)
        if sheet.left + sheet.length(day, 57, bold=True) + 36 + needed > sheet.right:
            sheet.end_line(57)
            sheet.word(item.left, 66, ink, bold=True)
        else:
            sheet.word(item.left, 66, ink, bold=True, left=sheet.right - needed)
        sheet.end_line(66)


def _size_of(sheet: Sheet, item: Item) -> int:
    """The largest size at which every number stands on one line."""
    if not item.copied:
        return _SMALLEST
    needed = max((_width_of(sheet, number, _HUGE) for number in item.numbers), default=1)
    return max(min(_HUGE, _HUGE * sheet.width // needed), _SMALLEST)


def _width_of(sheet: Sheet, number: Number, size: int) -> int:
    digits = sum(sheet.length(group, size, bold=True) for group in number.groups)
    return digits + _between(size) * (len(number.groups) - 1)


def _between(size: int) -> int:
    return round(size * 0.42)


def _number(sheet: Sheet, number: Number, size: int) -> None:
    sheet.gap(18)
    end = sheet.word(number.label, 45, _FAINT)
    if number.remark is not None:
        mark = f"({number.remark})"
        if end + sheet.length(mark, 42) + 12 > sheet.right:
            sheet.end_line(45)
            end = sheet.left - 12
        sheet.word(mark, 42, LIGHT["urgent"], left=end + 12)
    sheet.end_line(45)
    if _width_of(sheet, number, size) > sheet.width:
        sheet.text(" ".join(number.groups), size, _INK, bold=True)
        return
    left = sheet.left
    for group in number.groups:
        left = sheet.word(group, size, _INK, bold=True, left=left) + _between(size)
    sheet.end_line(size)


def _note(sheet: Sheet, text: str, size: int, ground: str, *, bold: bool = False) -> None:
    with sheet.panel(24, ground=LIGHT[ground]):
        sheet.text(text, size, _INK, bold=bold)


def _heading(sheet: Sheet, text: str) -> None:
    sheet.gap(54)
    sheet.text(text, 51, _INK, bold=True)
    sheet.gap(6)


def _section(sheet: Sheet, section: Section) -> None:
    _heading(sheet, section.heading)
    for count, step in enumerate(section.steps, 1):
        sheet.block(sheet.left, sheet.top, sheet.width, 3, LIGHT["plate"])
        sheet.gap(21)
        sheet.disc(78, _INK, str(count), LIGHT["paper"])
        lowest = sheet.top + 84
        with sheet.indented(117):
            sheet.text(step.text, 48, _INK)
            if step.value:
                sheet.text(step.value, 63, _INK, bold=True)
        sheet.top = max(sheet.top, lowest) + 15


def _codes(sheet: Sheet, card: Card) -> None:
    """The drawings of all numbers, with the words that say whose they are; nothing without the packages."""
    if not any(code_128_modules(digits) for item in card.items for digits in item.copied):
        return
    _heading(sheet, card.words.card_copy)
    sheet.text(card.words.card_codes, 42, _FAINT)
    for item in card.items:
        whose = f"[{item.id}] " if len(card.items) > 1 else ""
        for number, digits in zip(item.numbers, item.copied, strict=False):
            modules = code_128_modules(digits)
            if modules is not None:
                sheet.gap(24)
                sheet.text(f"{whose}{number.label}", 42, _FAINT)
                bars(sheet, modules, QUIET_BARS, 170)
        rows = qr_modules("\n".join(item.copied)) if len(item.copied) > 1 else None
        if rows is not None:
            sheet.gap(24)
            sheet.text(f"{whose}{card.words.card_copy_all}", 42, _FAINT)
            squares(sheet, rows, QUIET_SQUARES, 460)
