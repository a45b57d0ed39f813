"""The pick-up card as one page for a phone at a kiosk: no script, no outside resource, nothing to load."""

from __future__ import annotations

import re
from html import escape

from watcher.export.codes import code_128, qr
from watcher.export.content import Card, Item, Number, Section
from watcher.export.style import style_sheet

MADE_BY = "konbini-watcher"
"""By this a page is known to be ours."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_ROOM_FOR_BARS = 2
"""On paper the bars of more parcels would not fit on one sheet; the square codes hold the same numbers."""

_JAPANESE = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]+")


def render(card: Card) -> str:
    """A complete HTML document; everything that is not markup of ours is escaped here."""
    chain = f' class="{card.chain.value}"' if card.chain else ""
    title = escape(f"{card.words.card_title}{card.words.colon}{card.place}")
    return (
        f'<!DOCTYPE html>\n<html lang="{card.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n<meta name="referrer" content="no-referrer">\n'
        '<meta name="format-detection" content="telephone=no">\n'
        f'<meta name="generator" content="{MADE_BY}">\n'
        f"<title>{title}</title>\n<style>{style_sheet()}</style>\n</head>\n<body>\n"
        f'<header{chain}><p class="what">{_text(card.words.card_title, card)}</p><h1>{_text(card.place, card)}</h1>'
        f"</header>\n<main>\n{_main(card)}\n</main>\n</body>\n</html>\n"
    )


def _main(card: Card) -> str:
    return "\n".join(
        (
            f'<div class="parcels">{"".join(_item(item, card) for item in card.items)}</div>',
            _how(card),
            _codes(card),
            f'<p class="small">{_text(card.made, card)}</p>',
        )
    )


def _how(card: Card) -> str:
    """The steps, and beside them on paper what else to know."""
    beside = [f'<p class="slip">{_text(card.slip, card)}</p>'] if card.slip else []
    beside += [f"<p>{_text(line, card)}</p>" for line in card.advice]
    beside.append(_titled(card.words.card_after, card.after, card))
    beside.append(_titled(card.words.card_where, card.where, card))
    steps = "".join(_section(section, card) for section in card.sections)
    two = " two" if len(card.sections) > 1 else ""
    return f'<div class="how{two}"><div class="steps">{steps}</div><div class="beside">{"".join(beside)}</div></div>'


def _text(text: str, card: Card) -> str:
    """Escaped; on a page of another language its Japanese is marked, or a phone may draw Chinese letters."""
    if card.language == "ja":
        return escape(text)
    return _JAPANESE.sub(lambda found: f'<span lang="ja">{found[0]}</span>', escape(text))


def _item(item: Item, card: Card) -> str:
    urgent = " urgent" if item.urgent else ""
    number = f"[{item.id}] " if len(card.items) > 1 else ""
    deadline = [f'<span class="label">{number}{_text(card.words.card_deadline, card)}</span>']
    deadline.append(f"<span>{_text(item.deadline or card.words.unknown, card)}</span>")
    if item.left:
        deadline.append(f'<span class="left">{_text(item.left, card)}</span>')
    parts = [f'<p class="warned"><b>{_text(item.instead, card)}</b></p>'] if item.instead else []
    parts += [_number(number, bool(item.copied), card) for number in item.numbers]
    parts.append(_remarks(item, card))
    return (
        f'<section class="parcel"><p class="deadline{urgent}">{" ".join(deadline)}</p>'
        f'<div class="inside">{"".join(parts)}</div></section>'
    )


def _number(number: Number, is_typed: bool, card: Card) -> str:
    remark = "" if number.remark is None else f' <span class="mark">{_text(number.remark, card)}</span>'
    groups = "".join(f"<span>{escape(group)}</span>" for group in number.groups)
    kind = "plain" if not is_typed else "three" if len(number.groups) > 2 else "few"
    return f'<p class="label">{_text(number.label, card)}{remark}</p><p class="number {kind}">{groups}</p>'


def _remarks(item: Item, card: Card) -> str:
    if not item.remarks:
        return ""
    first, *rest = (_text(remark, card) for remark in item.remarks)
    return f'<ul class="remarks"><li class="first">{first}</li>{"".join(f"<li>{line}</li>" for line in rest)}</ul>'


def _section(section: Section, card: Card) -> str:
    steps = "".join(
        f"<li>{_text(step.text, card)}{f'<b>{escape(step.value)}</b>' if step.value else ''}</li>"
        for step in section.steps
    )
    return f"<section><h2>{_text(section.heading, card)}</h2><ol>{steps}</ol></section>"


def _titled(heading: str, text: str, card: Card) -> str:
    return f"<h2>{_text(heading, card)}</h2><p>{_text(text, card)}</p>"


def _codes(card: Card) -> str:
    """The drawings of all numbers, with the words that say whose they are; empty without the packages."""
    figures: list[str] = []
    for item in card.items:
        whose = f"[{item.id}] " if len(card.items) > 1 else ""
        for number, digits in zip(item.numbers, item.copied, strict=False):
            figures += _figure(f"{whose}{number.label}", code_128(digits), "bars", card)
        if len(item.copied) > 1:
            figures += _figure(f"{whose}{card.words.card_copy_all}", qr("\n".join(item.copied)), "square", card)
    if not figures:
        return ""
    many = " many" if len(card.items) > _ROOM_FOR_BARS else ""
    return (
        f'<section class="codes{many}"><h2>{_text(card.words.card_copy, card)}</h2>'
        f'<p class="small">{_text(card.words.card_codes, card)}</p><div class="all">{"".join(figures)}</div></section>'
    )


def _figure(caption: str, drawing: str | None, kind: str, card: Card) -> list[str]:
    if drawing is None:
        return []
    return [f'<figure class="{kind}"><figcaption>{_text(caption, card)}</figcaption>{drawing}</figure>']
