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
from watcher.parcels.parcel import JST, OPEN, Parcel

Table = Mapping[str, Any]
"""``watcher/data/kiosk_steps.toml`` as it was loaded."""

_UNKNOWN = "―"
_KIOSK = frozenset({PointKind.KONBINI, PointKind.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Number:
    """A number to type: its label, its groups, and what to know about it."""

    label: str
    groups: tuple[str, ...]
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with numbered steps."""

    heading: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One parcel of a card.

    Attributes:
        numbers: in the order in which the kiosk asks for them.
        deadline: the day with its weekday, marked when estimated; None when unknown.
        left: how long it is until then; empty for a closed parcel.
        urgent: True on the last two days and after them.
        remarks: what else to know, most important first.
    """

    id: int
    numbers: tuple[Number, ...]
    deadline: str | None
    left: str
    urgent: bool
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """All of a card; sections hold the steps of the one machine that stands there, or of all."""

    language: Language
    words: Words
    place: str
    items: tuple[Item, ...]
    sections: tuple[Section, ...]
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
    return Card(
        language=language,
        words=words,
        place=place_words(parcels[0].pickup_point, words, clean),
        items=tuple(_item(parcel, now, words, clean) for parcel in parcels),
        sections=tuple(_sections(parcels, language, steps, words, clean)),
        advice=tuple(_advice(parcels, said)),
        after=said["after_deadline"],
        where=said["where_to_look"],
        made=words.card_made.format(moment=f"{day_words(moment.date(), words)} {moment:%H:%M}"),
    )


def _item(parcel: Parcel, now: datetime, words: Words, clean: Clean) -> Item:
    deadline = parcel.deadline
    day, left = None, ""
    if deadline is not None:
        day = day_words(deadline.day, words) + (words.estimated_mark if estimated(deadline) else "")
        left = left_words(deadline.day, now, words) if parcel.status in OPEN else ""
    return Item(
        id=parcel.id,
        numbers=tuple(numbers_of(parcel, words, clean)),
        deadline=day,
        left=left,
        urgent=deadline is not None and parcel.status in OPEN and days_left(deadline.day, now) <= 1,
        remarks=(*remarks_of(parcel, now, words), *marks(parcel, words)),
    )


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
        return
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
    point = first.pickup_point
    kind = PointKind.UNKNOWN if point is None else point.kind
    filled = _blanks(parcels, clean)
    if kind in _KIOSK and any(not needs_barcode(parcel) for parcel in parcels):
        for machine, chains in _machines(None if point is None else point.chain, steps).items():
            row = steps["machines"][machine]
            name = row.get(f"name_{language}", row["name"])
            between = "・" if language == "ja" else ", "
            shops = between.join(words.chain[chain] for chain in chains)
            heading = words.card_steps_of.format(machine=name, chains=shops)
            yield Section(heading, tuple(_fill(step, filled) for step in row[language]))
    kinds = [kind] if kind is not PointKind.UNKNOWN else [PointKind.LOCKER, PointKind.COUNTER]
    if kind is PointKind.UNKNOWN and not first.pickup_code:
        kinds = []
    for one in kinds:
        row = steps["points"].get(one.value)
        if row is not None:
            heading = f"{words.card_steps} ({words.point[one]})" if len(kinds) > 1 else words.card_steps
            yield Section(heading, tuple(_fill(step, filled) for step in row[language]))


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
        return {"{inquiry}": "", "{auth}": "", "{code}": ""}
    parcel = parcels[0]
    auth = auth_of(parcel)
    return {
        "{inquiry}": inquiry_groups(clean(parcel.inquiry_number or _UNKNOWN)),
        "{auth}": auth_groups(clean(auth[0])) if auth else _UNKNOWN,
        "{code}": clean(parcel.pickup_code or _UNKNOWN),
    }


def _fill(step: str, blanks: Mapping[str, str]) -> str:
    for blank, value in blanks.items():
        step = step.replace(blank, value) if value else step.replace(blank, "").rstrip(": ：")
    return step


def _advice(parcels: Sequence[Parcel], said: Mapping[str, str]) -> Iterator[str]:
    kinds = {parcel.pickup_point.kind if parcel.pickup_point else PointKind.UNKNOWN for parcel in parcels}
    if not kinds & _KIOSK:
        return
    if any(needs_barcode(parcel) for parcel in parcels):
        yield said["da"]
    if any(parcel.inquiry_number is None and parcel.pickup_code is None for parcel in parcels):
        yield said["no_number"]
    if any(parcel.inquiry_number and not needs_barcode(parcel) for parcel in parcels):
        yield said["slip"]
        yield said["barcode_too"]
