"""Where a parcel is to be fetched."""

from __future__ import annotations

import re
from dataclasses import dataclass

from watcher.extractors.lines import Lines
from watcher.extractors.notice import Chain, PickupPoint, PointKind
from watcher.extractors.phrases import Phrases

_CHAINS = (Chain.FAMILYMART, Chain.MINISTOP, Chain.LAWSON)
_SHOP = re.compile(
    r"(?:ナチュラルローソン|ローソン\s?ストア\s?100|ローソン|LAWSON|ファミリーマート|ファミマ|Family\s?Mart|ミニストップ|MINI\s?STOP)"
    r"(?:(?:\+|プラス)\S{1,12})?[\s・/]?[^\n\t、。,()「」『』【】<>:;\[\]・はがをにでへも]{1,30}?店(?=[\sにでへがのをはも、。,.()「」』】\])*・:;!→|]|\Z)",
    re.IGNORECASE,
)
_LATIN_SHOP = re.compile(
    r"(?:LAWSON|Family\s?Mart|MINI\s?STOP)\s[A-Z0-9][^\n\t,.;()]{0,50}?(?:\s(?:store|shop|branch|ten|mise))?(?=\s(?:by|until|and|is|has|on|for|before)\b|[\t\n,.;()]|\Z)",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"[^\s、。,()「」『』【】:\tがをは][^\n\t、。()「」『』【】:がをは]{0,40}?(?<!の)(?:営業所|宅急便センター|サービスセンター|郵便局|センター|カウンター|ロッカー)(?:\s?[-‐]?\s?[^\s、。()「」\t]{1,20}(?:店|駅|前))?"
)
_QUOTED_HUB = re.compile(
    r"[「『【\"]([^「」『』【】\"\n]{0,40}(?:ロッカー|カウンター|locker|counter)[^「」『』【】\"\n]{0,40})[」』】\"]",
    re.IGNORECASE,
)
_HUB = re.compile(
    r"(?:Amazon\s?)?(?:Hub\s?)?(?:ロッカー|カウンター|Locker|Counter)\s?[-:–]\s?[^\s、。,;にでへ][^\n\t、。,;にでへ]{0,30}",
    re.IGNORECASE,
)
_VALUE = re.compile(r"^[\s:)\]】』」>・|=→⇒\[「『【-]*(?:は|:)?[\s:「『【\[]*")
_NAME_END = re.compile(
    r"[\t\n、。]|(?:\s|^)(?:〒|住所|電話|tel\b|営業時間|受取期限|[0-9]{3}-[0-9]{4}\b)|\s\(", re.IGNORECASE
)
_PERSON = re.compile(r"様(?:\s|$)|〒|[0-9]{3}-[0-9]{4}|(?:都|道|府|県)[^\s]{1,12}(?:市|区|町|村)|[0-9]+丁目|[0-9]+番地")
_TAIL = re.compile(r"(?:で|に|にて|へ|まで)(?:お|ご|受).{0,60}\Z|(?:です|になります|となります|でございます)[。.]?\Z")
MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class FoundPoint:
    """A pick-up point as a text names it, and the line it stands in."""

    point: PickupPoint
    line: int


def points_in(lines: Lines, phrases: Phrases) -> tuple[FoundPoint, ...]:
    """Every pick-up point that the lines name: by a label, else in a sentence; instructions are left out."""
    labelled = [found for at in lines.holding("point") for found in _labelled(lines, at, phrases)]
    if labelled:
        return tuple(labelled)
    found = [FoundPoint(point, at) for at in lines.holding("named") if (point := named_point(lines[at], phrases))]
    return tuple(spot for spot in found if spot.point.name) or tuple(found)


def _labelled(lines: Lines, at: int, phrases: Phrases) -> list[FoundPoint]:
    found: list[FoundPoint] = []
    line = lines[at]
    for label in phrases.labels["point"].finditer(line):
        rest = line[label.end() :]
        separated = re.match(r"\s*(?:\([^)]{0,20}\))?\s*[:\t】\]』」|=は>→⇒]", rest) is not None
        separated = separated or (not line[: label.start()].strip(" ■●◆▼・") and rest[:1] == " ")
        alone = not rest.strip(" :)】]』」>■●◆▼")
        if not separated and not alone:
            continue
        value = _VALUE.sub("", re.sub(r"\A\s*\([^)]{0,20}\)", "", rest)) if not alone else ""
        where = at
        if not value.strip():
            where = next((i for i in (at + 1, at + 2) if i < len(lines) and lines[i].strip()), at)
            value = _VALUE.sub("", lines[where]) if where != at else ""
        point = point_of_value(value, phrases)
        if point is not None:
            found.append(FoundPoint(point, where))
    return found


def point_of_value(value: str, phrases: Phrases) -> PickupPoint | None:
    """The pick-up point that a label's value names; None for an address of a person."""
    value = value.split("\t", maxsplit=1)[0].strip(" ■●◆▼・:")
    if not value:
        return None
    kind = kind_of_point(value, phrases)
    chain_name = shop_in(value) if kind is PointKind.KONBINI else None
    if kind is PointKind.UNKNOWN:
        return None
    name = chain_name or _clean(value)
    return PickupPoint(kind, chain_of(name, phrases) if kind is PointKind.KONBINI else None, name)


def named_point(line: str, phrases: Phrases) -> PickupPoint | None:
    """A pick-up point that a sentence names by its full name."""
    shop = shop_in(line)
    kind = kind_of_point(line, phrases)
    if kind in (PointKind.LOCKER, PointKind.COUNTER):
        if phrases.points["steps"].search(line):
            return None
        return PickupPoint(kind, None, _hub_name(line))
    if shop:
        return PickupPoint(PointKind.KONBINI, chain_of(shop, phrases), shop)
    if kind in (PointKind.CARRIER_OFFICE, PointKind.POST_OFFICE):
        place = _PLACE.search(line)
        return PickupPoint(kind, None, _clean(place.group()) if place else None)
    return None


def _hub_name(line: str) -> str | None:
    """The name of a locker or a counter in a sentence: what is quoted, or what follows the word with a dash."""
    quoted = _QUOTED_HUB.search(line)
    if quoted:
        return _clean(quoted[1])
    named = _HUB.search(line)
    return _clean(named.group()) if named else None


def kind_of_point(text: str, phrases: Phrases) -> PointKind:
    """What sort of place a text names; a locker that stands in a konbini is a locker."""
    for kind in (PointKind.LOCKER, PointKind.COUNTER):
        if phrases.points[kind.value].search(text):
            return kind
    if shop_in(text):
        return PointKind.KONBINI
    for kind in (PointKind.CARRIER_OFFICE, PointKind.POST_OFFICE, PointKind.KONBINI):
        if phrases.points[kind.value].search(text):
            return kind
    return PointKind.UNKNOWN


def chain_of(name: str | None, phrases: Phrases) -> Chain | None:
    """The chain of a shop's name."""
    if name:
        for chain in _CHAINS:
            if phrases.points[chain.value].search(name):
                return chain
    return None


def shop_in(text: str) -> str | None:
    """The full name of a konbini shop, chain included."""
    found = _SHOP.search(text) or _LATIN_SHOP.search(text)
    return " ".join(found.group().split()) if found else None


def _clean(value: str) -> str | None:
    end = _NAME_END.search(value)
    name = _TAIL.sub("", " ".join((value[: end.start()] if end else value).split())).strip(" 「」『』【】[]:・-→")
    return name[:MAX_NAME] or None


def is_home(text: str, phrases: Phrases) -> bool:
    """Whether a delivery goes to a person's own address."""
    if phrases.points["home"].search(text):
        return True
    for label in re.finditer(r"(?:お届け先|配送先|deliver(?:ed)? to|ship(?:ped)? to)[^\n]{0,3}", text, re.IGNORECASE):
        value = text[label.end() : label.end() + 120]
        if _PERSON.search(value) and kind_of_point(value, phrases) is PointKind.UNKNOWN:
            return True
    return False
