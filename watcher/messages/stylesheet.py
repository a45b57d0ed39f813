"""Which elements a mail hides: by attribute, by inline style, or by a class of its style sheet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

_COMMENT = re.compile(r"/\*[^*]*\*+(?:[^/*][^*]*\*+)*/")
_RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,2000})\}")
_SIMPLE = re.compile(r"([a-z0-9]*)([.#])(-?[_a-z][\w-]*)\Z", re.IGNORECASE)
_HIDING = re.compile(
    r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|font-size:0(?:\.0*)?(?:px|pt|em|rem|%)?"
    r"|opacity:0(?:\.0*)?|(?:max-height|max-width):0(?:px|pt|em)?|mso-hide:all)(?:!important)?(?=;|\Z)"
)
MAX_STYLES = 200_000


@lru_cache(maxsize=256)
def is_hiding(declarations: str) -> bool:
    """Whether CSS declarations make an element invisible."""
    flat = "".join(declarations.lower().split())
    return _HIDING.search(flat) is not None


def _is_true(value: str | None) -> bool:
    return (value or "").lower() == "true"


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a style sheet hides: ``.class`` and ``#id``, each with the element it is limited to, or with none."""

    selectors: frozenset[tuple[str, str, str]]

    def hides(self, tag: str, attributes: Mapping[str, str | None]) -> bool:
        """Whether an element with these attributes is not shown."""
        if "hidden" in attributes or ("aria-hidden" in attributes and _is_true(attributes["aria-hidden"])):
            return True
        style = attributes.get("style")
        if style and is_hiding(style):
            return True
        if not self.selectors:
            return False
        marks = [(".", name) for name in (attributes.get("class") or "").split()]
        marks += [("#", attributes.get("id") or "")]
        return any((element, sign, name) in self.selectors for sign, name in marks for element in ("", tag))


def hidden_by(styles: str) -> Hidden:
    """Reads a style sheet; rules inside @media hold for some screens only and hide nothing."""
    if len(styles) > MAX_STYLES or "{" not in styles:
        return Hidden(frozenset())
    found: set[tuple[str, str, str]] = set()
    for rule in _RULE.finditer(_without_at_blocks(_COMMENT.sub("", styles))):
        if not is_hiding(rule[2]):
            continue
        for selector in rule[1].split(","):
            simple = _SIMPLE.match(selector.strip())
            if simple:
                found.add((simple[1].lower(), simple[2], simple[3]))
    return Hidden(frozenset(found))


def _without_at_blocks(styles: str) -> str:
    out: list[str] = []
    depth, skipping, start = 0, False, 0
    for mark in re.finditer(r"[@{}]", styles):
        sign = mark.group()
        if sign == "@" and depth == 0 and not skipping:
            out.append(styles[start : mark.start()])
            skipping = True
        elif sign == "{":
            depth += 1
        elif sign == "}":
            depth = max(0, depth - 1)
            if depth == 0 and skipping:
                skipping, start = False, mark.end()
    if not skipping:
        out.append(styles[start:])
    return "".join(out)
