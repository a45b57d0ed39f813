"""The pick-up card as one page for a phone at a kiosk: no script, no outside resource, nothing to load."""

from __future__ import annotations

from html import escape

from watcher.export.codes import code_128, qr
from watcher.export.content import Card, Item, Number, Section

_STYLE = """
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0 auto;padding:16px;max-width:30rem;background:#fff;color:#111;overflow-wrap:anywhere;
line-break:strict;
font:1rem/1.55 system-ui,"Hiragino Sans","Noto Sans CJK JP","Noto Sans JP","Yu Gothic",Meiryo,sans-serif}
h1{font-size:1.3rem;line-height:1.3;margin:0 0 .75rem}
h2{font-size:1rem;margin:1.25rem 0 .25rem}
p{margin:.35rem 0}
ol{margin:.25rem 0;padding-left:1.6rem}
li{margin:.3rem 0}
.parcel{border:2px solid #111;border-radius:12px;padding:12px;margin:0 0 12px;break-inside:avoid}
.deadline{font-size:1.2rem;font-weight:700;margin:0 0 .5rem}
.deadline span{display:inline-block}
.urgent{color:#a3001b}
.label{margin:.5rem 0 0;font-size:.95rem}
.number{display:flex;flex-wrap:wrap;gap:0 .35em;margin:0;font-weight:700;line-height:1.25;
font-size:min(2.2rem,8.6vw);font-variant-numeric:tabular-nums;user-select:all}
.codes{margin:1.25rem 0 0;padding-top:.75rem;border-top:1px solid #767676;break-inside:avoid}
.codes svg{display:block;width:100%;height:3.2rem}
.codes svg.qr{width:9rem;height:9rem}
.small{font-size:.85rem;color:#444}
@page{size:A4;margin:12mm}
@media print{body{padding:0;max-width:none;font-size:10pt;line-height:1.4}.number{font-size:26pt}
h2{margin-top:.6rem}.steps{display:flex;gap:1.5rem}.steps section{flex:1;break-inside:avoid}
.codes{display:grid;grid-template-columns:1fr 1fr 5.2rem;gap:.3rem 1rem}.codes .wide{grid-column:1/-1}
.codes svg{height:2.4rem}.codes svg.qr{width:5rem;height:5rem}}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def render(card: Card) -> str:
    """A complete HTML document; everything that is not markup of ours is escaped here."""
    parts = [f"<h1>{escape(card.place)}</h1>"]
    parts += [_item(item, card) for item in card.items]
    parts.append(f'<div class="steps">{"".join(map(_section, card.sections))}</div>')
    parts += [f"<p>{escape(line)}</p>" for line in card.advice]
    parts.append(_titled(card.words.card_after, card.after))
    parts.append(_titled(card.words.card_where, card.where))
    parts.append(_codes(card))
    parts.append(f'<p class="small">{escape(card.made)}</p>')
    title = escape(f"{card.words.card_title} {card.place}")
    return (
        f'<!DOCTYPE html>\n<html lang="{card.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(part for part in parts if part)
        + "\n</main>\n</body>\n</html>\n"
    )


def _item(item: Item, card: Card) -> str:
    urgent = " urgent" if item.urgent else ""
    deadline = escape(item.deadline or card.words.unknown)
    left = f" <span>{escape(item.left)}</span>" if item.left else ""
    parts = [f'<p class="deadline{urgent}">{escape(card.words.card_deadline)} <span>{deadline}</span>{left}</p>']
    parts += [_number(number) for number in item.numbers]
    parts += [f"<p>{escape(remark)}</p>" for remark in item.remarks]
    return f'<section class="parcel">{"".join(parts)}</section>'


def _number(number: Number) -> str:
    remark = "" if number.remark is None else f" ({escape(number.remark)})"
    groups = "".join(f"<span>{escape(group)}</span>" for group in number.groups)
    return f'<p class="label">{escape(number.label)}{remark}</p><p class="number">{groups}</p>'


def _section(section: Section) -> str:
    steps = "".join(f"<li>{escape(step)}</li>" for step in section.steps)
    return f"<section><h2>{escape(section.heading)}</h2><ol>{steps}</ol></section>"


def _titled(heading: str, text: str) -> str:
    return f"<h2>{escape(heading)}</h2><p>{escape(text)}</p>"


def _codes(card: Card) -> str:
    """The drawings of all numbers, with the words that say whose they are; empty without the packages."""
    drawings: list[str] = []
    for item in card.items:
        numbers = ["".join(number.groups) for number in item.numbers]
        for number, digits in zip(item.numbers, numbers, strict=True):
            drawing = code_128(digits)
            if drawing is not None:
                drawings.append(f"<div><p>{escape(number.label)}</p>{drawing}</div>")
        square = qr("\n".join(numbers))
        if square is not None:
            drawings.append(square.replace("<svg ", '<svg class="qr" ', 1))
    if not drawings:
        return ""
    said = f'<p class="small wide">{escape(card.words.card_codes)}</p>'
    return f'<section class="codes">{said}{"".join(drawings)}</section>'
