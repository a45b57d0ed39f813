"""One parcel out of several mails, and several parcels out of one.

All facts are followed in the order of their dates, whatever the order in which they were read, so that the
result is a function of the set of facts. A voice joins a parcel

1. by the same inquiry number;
2. by the same order number, where one side has no inquiry number yet;
3. by an auth number that equals the last seven digits of the order number of exactly one parcel still open,
   where one side names no order;
4. by the same pick-up code, where one side has no other number.

Two pick-up codes, like two inquiry numbers, are two parcels. What could belong to several parcels is kept
apart and marked as ambiguous. A mail that announces something after its parcel was closed announces another
parcel, unless it names the same inquiry number. With that it says nothing new of a parcel that was collected or
cancelled, but one that was returned waits again: a second pick-up of the same parcel.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from watcher.extractors.notice import Kind, Reading
from watcher.parcels.facts import Acted, ActionKind, Fact, Voice, tail, voices
from watcher.parcels.group import Group, listed, parcel_of, seen_at
from watcher.parcels.parcel import OPEN, Parcel, Status
from watcher.parcels.rules import Rules

_ANNOUNCES = frozenset({Kind.SHIPPED, Kind.READY})
_OF_A_WAITING_ONE = frozenset({Kind.REMINDER, Kind.COLLECTED, Kind.RETURNED})


@dataclass(frozen=True, slots=True)
class Joined:
    """A parcel and the facts it was made of.

    Attributes:
        parcel: with id 0.
        seen_at: when this program learned that it waits; of one on its way, that it exists. Aware.
        again: the same of a parcel that was returned and waits again; None of any other.
        latest: the latest moment among its facts, aware.
        began: the origin of its first voice, by which an action finds it again.
        readings: the mails as pairs of message id and position of the reading.
        actions: ids of the actions.
        listed: False where nothing says that it is to be fetched, a delivery to a home for instance.
    """

    parcel: Parcel
    seen_at: datetime
    latest: datetime
    began: str
    readings: tuple[tuple[int, int], ...]
    actions: tuple[int, ...]
    listed: bool
    again: datetime | None = None


def join(facts: Iterable[Fact], rules: Rules) -> tuple[Parcel, ...]:
    """The parcels that facts add up to, by their first fact, without ids.

    Deliveries to a home and shipments that name no pick-up point are none.
    """
    return tuple(joined.parcel for joined in join_with_facts(facts, rules) if joined.listed)


def join_with_facts(facts: Iterable[Fact], rules: Rules) -> tuple[Joined, ...]:
    """As :func:`join`, each parcel with the facts it was made of, unlisted ones included."""
    joining = _Joining()
    for voice in voices(facts):
        joining.take(voice)
    return tuple(_joined(group, rules) for group in joining.groups if group.into is None)


def _joined(group: Group, rules: Rules) -> Joined:
    return Joined(
        parcel=parcel_of(group, rules),
        seen_at=seen_at(group),
        latest=max(voice.at for voice in group.voices),
        began=group.voices[0].origins[0],
        readings=tuple((mail, voice.position) for voice in group.voices for mail in voice.mails),
        actions=tuple(voice.action.id for voice in group.voices if voice.action is not None),
        listed=listed(group),
        again=None if group.again is None else seen_at(group),
    )


class _Index:
    """Groups by a number of theirs; absorbed ones are seen as what absorbed them."""

    def __init__(self) -> None:
        self._groups: dict[str, list[Group]] = {}

    def put(self, number: str, group: Group) -> None:
        self._groups.setdefault(number, []).append(group)

    def get(self, number: str | None) -> list[Group]:
        if number is None or number not in self._groups:
            return []
        return list(dict.fromkeys(_standing(group) for group in self._groups[number]))


def _standing(group: Group) -> Group:
    while group.into is not None:
        group = group.into
    return group


class _Joining:
    def __init__(self) -> None:
        self.groups: list[Group] = []
        self._by = {name: _Index() for name in ("inquiry", "order", "tail", "auth", "code")}
        self._origin = _Index()

    def take(self, voice: Voice) -> None:
        action = voice.action
        if action is not None and action.kind is not ActionKind.ADD:
            home, ambiguous = self._anchored(action), False
            if home is None:
                return
        else:
            home, ambiguous = self._home(voice)
        if home is None:
            if voice.kind is Kind.DELIVERED or not _identifies(voice):
                return
            home = Group(ambiguous=ambiguous)
            self.groups.append(home)
        self._enter(home, voice)

    def _enter(self, home: Group, voice: Voice) -> None:
        before, again = home.numbers(), home.again
        home.add(voice)
        for began in voice.origins:
            self._origin.put(began, home)
        new = [pair for pair in home.numbers() if pair not in before]
        for name, number in new:
            for other in self._by[name].get(number) if name == "inquiry" else ():
                home.absorb(other)
            self._by[name].put(number, home)
            if name == "order":
                self._by["tail"].put(tail(number), home)
        if home.again is not again or any(name in ("inquiry", "order") for name, _ in new):
            self._unite(home)

    def _unite(self, home: Group) -> None:
        """Joins what new numbers of a group prove to be the same parcel."""
        if home.ambiguous:
            return
        for order in tuple(home.orders):
            others = [
                group
                for group in self._by["order"].get(order)
                if group is not home
                and group.closed is None
                and not group.ambiguous
                and not (group.inquiries and home.inquiries)
                and _codes_agree(group.codes, home.codes)
                and not any(home.has_mail_of(voice) for voice in group.voices)
            ]
            if len(others) == 1:
                home.absorb(others[0])

    def _home(self, voice: Voice) -> tuple[Group | None, bool]:
        """The group of a voice, or None and whether that is so because there are too many."""
        same = self._by["inquiry"].get(voice.reading.inquiry_number)
        if same:
            return same[0], False
        for candidates in self._candidates(voice):
            home, ambiguous = _choose(voice, [group for group in candidates if _may_join(voice, group)])
            if home is not None or ambiguous:
                return home, ambiguous
        return None, False

    def _candidates(self, voice: Voice) -> Iterator[list[Group]]:
        reading = voice.reading
        for order in voice.orders:
            yield self._by["order"].get(order)
        if not voice.orders:
            yield _still_open(self._by["tail"].get(reading.auth_number))
        for order in voice.orders:
            yield _still_open(group for group in self._by["auth"].get(tail(order)) if not group.orders)
        bare = not voice.orders and reading.inquiry_number is None
        yield _still_open(
            group
            for group in self._by["code"].get(reading.pickup_code)
            if bare or not (group.orders or group.inquiries)
        )

    def _anchored(self, action: Acted) -> Group | None:
        """The group an action speaks of: the one that began with the same fact, or has the same numbers."""
        anchor = action.anchor
        begun = self._origin.get(action.began)
        if len(begun) == 1:
            return begun[0]
        found = [group for group in begun if _answers(anchor, group)] or begun
        found = found or self._by["inquiry"].get(anchor.inquiry_number)
        found = found or [group for group in self._by["order"].get(anchor.order_number) if _answers(anchor, group)]
        if anchor.inquiry_number is None and anchor.order_number is None:
            found = found or self._by["code"].get(anchor.pickup_code)
        wanted = [group for group in found if (group.closed is None) is (action.kind is not ActionKind.UNDO)]
        best = wanted or found
        return best[0] if best else None


def _identifies(voice: Voice) -> bool:
    return bool(voice.reading.inquiry_number or voice.orders or voice.reading.pickup_code)


def _still_open(groups: Iterable[Group]) -> list[Group]:
    return [group for group in groups if group.status in OPEN]


def _answers(anchor: Reading, group: Group) -> bool:
    if anchor.inquiry_number in group.inquiries:
        return True
    named = anchor.order_number is None or anchor.order_number in group.orders
    return named and _codes_agree([anchor.pickup_code] if anchor.pickup_code else [], group.codes)


def _codes_agree(some: Iterable[str], others: Iterable[str]) -> bool:
    mine, theirs = set(some), set(others)
    return not mine or not theirs or not mine.isdisjoint(theirs)


def _may_join(voice: Voice, group: Group) -> bool:
    """Whether nothing speaks against it: another inquiry number or pick-up code, a mail with both parcels."""
    reading = voice.reading
    if reading.inquiry_number and (group.inquiries or group.ambiguous):
        return False
    if reading.pickup_code and not _codes_agree((reading.pickup_code,), group.codes):
        return False
    return not group.has_mail_of(voice)


def _choose(voice: Voice, groups: list[Group]) -> tuple[Group | None, bool]:
    still_open = _still_open(groups)
    if not still_open:
        return (groups[-1] if groups and voice.kind not in _ANNOUNCES else None), False
    if len(still_open) == 1:
        return still_open[0], False
    for narrower in (_waiting(voice, still_open), _same_code(voice, still_open)):
        if len(narrower) == 1:
            return narrower[0], False
    kept_apart = [group for group in still_open if group.ambiguous]
    return (kept_apart[0], False) if kept_apart else (None, True)


def _waiting(voice: Voice, groups: list[Group]) -> list[Group]:
    if voice.kind not in _OF_A_WAITING_ONE:
        return []
    return [group for group in groups if group.status is Status.READY]


def _same_code(voice: Voice, groups: list[Group]) -> list[Group]:
    code = voice.reading.pickup_code
    return [group for group in groups if code is not None and code in group.codes]
