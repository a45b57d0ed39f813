"""What stands on a pick-up card, before it is laid out for a terminal or a page.

Text of mails is still raw here; each layout makes it harmless in its own way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from watcher.extractors.notice import AuthSource, Chain, PointKind
from watcher.notify.notification import Language
from watcher.notify.phrasing import (
    Clean,
    auth_groups,
    auth_of,
    day_words,
    days_left,
    estimated,
    inquiry_groups,
    left_words,
    marks,
    needs_barcode,
    place_words,
    words_of,
)
from watcher.notify.words import Words
from watcher.parcels.parcel import JST, OPEN, Parcel, Status

Table = Mapping[str, Any]
"""``watcher/data/kiosk_steps.toml`` as it was loaded."""

_UNKNOWN = "―"
_KIOSK = frozenset({PointKind.KONBINI, PointKind.UNKNOWN})
_GONE = frozenset({Status.RETURNED, Status.CANCELLED})
"""There is nothing to fetch any more, and nothing to type."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number to type: its label, its groups, and what to know about it."""

    label: str
    groups: tuple[str, ...]
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, and what to type there; ``value`` is empty where nothing is typed."""

    text: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with numbered steps."""

    heading: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One parcel of a card.

    Attributes:
        numbers: in the order in which the kiosk asks for them.
        copied: what our own codes hold, one for each of ``numbers``; empty where nothing is left to type, or where
            a code could be mistaken for Amazon's barcode, which has to be shown instead.
        deadline: the day with its weekday, marked when estimated; None when unknown.
        left: how long it is until then; empty for a closed parcel.
        urgent: True on the last two days and after them.
        instead: what to do where the numbers cannot be typed, or None.
        remarks: what else to know, most important first.
    """

    id: int
    numbers: tuple[Number, ...]
    copied: tuple[str, ...]
    deadline: str | None
    left: str
    urgent: bool
    instead: str | None
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """All of a card.

    Attributes:
        chain: of the shop; None where it is no konbini, or not known which.
        sections: the steps of the one machine that stands there, or of all.
        slip: how long the printed slip is valid; None where no machine prints one.
        advice: what else helps at the shop.
    """

    language: Language
    words: Words
    place: str
    chain: Chain | None
    items: tuple[Item, ...]
    sections: tuple[Section, ...]
    slip: str | None
    advice: tuple[str, ...]
    after: str
    where: str
    made: str


def card_of(parcels: Sequence[Parcel], now: datetime, language: Language, steps: Table, clean: Clean) -> Card:
    """The card of one parcel, or of several that wait at one pick-up point.

    Args:
        parcels: at least one, the most urgent first.
        now: the present, aware.
        language: of the person.
        steps: the table of kiosk steps.
        clean: makes text of mails harmless.
    """
    words = words_of(language)
    said: Mapping[str, str] = steps["words"][language]
    moment = now.astimezone(JST)
    point = parcels[0].pickup_point
    gone = all(parcel.status in _GONE for parcel in parcels)
    sections = () if gone else tuple(_sections(parcels, language, steps, words, clean))
    prints = bool(sections) and _kind(parcels[0]) in _KIOSK
    return Card(
        language=language,
        words=words,
        place=place_words(point, words, clean),
        chain=point.chain if point else None,
        items=tuple(_item(parcel, now, words, said, clean) for parcel in parcels),
        sections=sections,
        slip=said["slip"] if prints else None,
        advice=tuple(_advice(parcels, said)) if prints else (),
        after=said["after_deadline"],
        where=said["where_to_look"],
        made=words.card_made.format(moment=f"{day_words(moment.date(), words)} {moment:%H:%M}"),
    )


def _kind(parcel: Parcel) -> PointKind:
    return PointKind.UNKNOWN if parcel.pickup_point is None else parcel.pickup_point.kind


def _item(parcel: Parcel, now: datetime, words: Words, said: Mapping[str, str], clean: Clean) -> Item:
    deadline = parcel.deadline
    day, left = None, ""
    if deadline is not None:
        day = day_words(deadline.day, words) + (words.estimated_mark if estimated(deadline) else "")
        left = left_words(deadline.day, now, words) if parcel.status in OPEN else ""
    numbers = tuple(numbers_of(parcel, words, clean))
    return Item(
        id=parcel.id,
        numbers=numbers,
        copied=()
        if needs_barcode(parcel) or parcel.status in _GONE
        else tuple("".join(number.groups) for number in numbers),
        deadline=day,
        left=left,
        urgent=deadline is not None and parcel.status in OPEN and days_left(deadline.safe_by or deadline.day, now) <= 1,
        instead=_instead(parcel, said),
        remarks=(*remarks_of(parcel, now, words), *marks(parcel, words)),
    )


def _instead(parcel: Parcel, said: Mapping[str, str]) -> str | None:
    """What to do at a konbini where one of the two numbers is missing or cannot be typed."""
    if parcel.status not in OPEN or parcel.pickup_code or _kind(parcel) not in _KIOSK:
        return None
    if needs_barcode(parcel):
        return said["da"]
    if parcel.inquiry_number is None:
        return said["no_number"]
    return said["no_auth"] if auth_of(parcel) is None else None


def numbers_of(parcel: Parcel, words: Words, clean: Clean) -> Iterator[Number]:
    """The numbers of a parcel, in the order in which the kiosk asks for them."""
    if parcel.pickup_code:
        yield Number(words.card_code, (clean(parcel.pickup_code),))
    if parcel.inquiry_number:
        yield Number(words.card_inquiry, tuple(inquiry_groups(clean(parcel.inquiry_number)).split()))
    auth = auth_of(parcel)
    if auth is not None and not needs_barcode(parcel):
        remark = words.mark_derived if auth[1] is AuthSource.DERIVED else None
        yield Number(words.card_auth, tuple(auth_groups(clean(auth[0])).split()), remark)
    if parcel.order_number and not parcel.inquiry_number and not parcel.pickup_code:
        yield Number(words.card_order, (clean(parcel.order_number),))


def remarks_of(parcel: Parcel, now: datetime, words: Words) -> Iterator[str]:
    """What to know about the deadline at ``now`` (aware), most important first."""
    if parcel.status not in OPEN:
        yield words.card_closed.format(status=words.status[parcel.status])
        if parcel.status is Status.RETURNED:
            yield words.account_hint
        return
    if parcel.status is Status.SHIPPED:
        yield words.card_not_ready
    if parcel.expected is not None and parcel.deadline is None:
        yield words.expected.format(day=day_words(parcel.expected, words))
    if parcel.deadline is None:
        return
    if parcel.overdue(now):
        line = words.over_estimated if estimated(parcel.deadline) else words.over_printed
        yield line.format(day=day_words(parcel.deadline.day, words))
        yield words.account_hint
        return
    safe_by = parcel.deadline.safe_by
    if safe_by is not None:
        late = days_left(safe_by, now) < 0
        yield words.safe_by_passed if late else words.safe_by.format(day=day_words(safe_by, words))


def _sections(
    parcels: Sequence[Parcel], language: Language, steps: Table, words: Words, clean: Clean
) -> Iterator[Section]:
    first = parcels[0]
    point, kind = first.pickup_point, _kind(first)
    filled = _blanks(parcels, clean)
    if kind in _KIOSK and any(not needs_barcode(parcel) for parcel in parcels):
        for machine, chains in _machines(None if point is None else point.chain, steps).items():
            row = steps["machines"][machine]
            name = row.get(f"name_{language}", row["name"])
            between = "・" if language == "ja" else ", "
            shops = between.join(words.chain[chain] for chain in chains)
            heading = words.card_steps_of.format(machine=name, chains=shops)
            yield Section(heading, tuple(_step(step, filled) for step in row[language]))
    kinds = [kind] if kind is not PointKind.UNKNOWN else [PointKind.LOCKER, PointKind.COUNTER]
    if kind is PointKind.UNKNOWN and not first.pickup_code:
        kinds = []
    for one in kinds:
        row = steps["points"].get(one.value)
        if row is not None:
            heading = f"{words.card_steps} ({words.point[one]})" if len(kinds) > 1 else words.card_steps
            yield Section(heading, tuple(_step(step, filled) for step in row[language]))


def _machines(chain: Chain | None, steps: Table) -> dict[str, list[Chain]]:
    """The machines to explain, each with the chains it stands in."""
    found: dict[str, list[Chain]] = {}
    for name, machine in steps["chains"].items():
        if chain is None or name == chain.value:
            found.setdefault(machine, []).append(Chain(name))
    return found


def _blanks(parcels: Sequence[Parcel], clean: Clean) -> dict[str, str]:
    """What the blanks of a step are filled with; several parcels have their numbers above only."""
    if len(parcels) > 1:
        return {"inquiry": "", "auth": "", "code": ""}
    parcel = parcels[0]
    auth = auth_of(parcel)
    return {
        "inquiry": inquiry_groups(clean(parcel.inquiry_number or _UNKNOWN)),
        "auth": auth_groups(clean(auth[0])) if auth else _UNKNOWN,
        "code": clean(parcel.pickup_code or _UNKNOWN),
    }


def _step(step: str, blanks: Mapping[str, str]) -> Step:
    """A step of the table; a blank, if there is one, is its end."""
    text, _, name = step.removesuffix("}").partition("{")
    return Step(text.rstrip(": ："), blanks[name]) if name else Step(text)


def _advice(parcels: Sequence[Parcel], said: Mapping[str, str]) -> Iterator[str]:
    if len(parcels) > 1:
        yield said["several"]
    if any(parcel.inquiry_number and not needs_barcode(parcel) for parcel in parcels):
        yield said["barcode_too"]
