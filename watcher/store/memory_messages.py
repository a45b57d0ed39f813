"""Messages and cursors in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from watcher.extractors.notice import Kind, Notice
from watcher.messages.mail import Mail, Place
from watcher.messages.message import Trust
from watcher.parcels.facts import Mailed
from watcher.store.codec import digest_of
from watcher.store.judging import TRIES, identifies, judge_again_at, state_of
from watcher.store.store import MessageState, StoredMessage, Unjudged


@dataclass(slots=True)
class InMemory:
    """A recorded message with what it says; ``raw`` may be forgotten, ``received`` is what came.

    Attributes:
        received_at: as the mailbox said.
        judge_again_at: where its verdict waits for DNS.
    """

    stored: StoredMessage
    notice: Notice | None
    raw: bytes | None
    received: bytes = b""
    received_at: datetime | None = None
    judge_again_at: datetime | None = None


class MessagesInMemory:
    """Every recorded message, oldest first, and the cursor of every folder.

    Attributes:
        cursors: by mailbox and folder.
        all: the messages.
    """

    def __init__(self) -> None:
        self.cursors: dict[tuple[str, str], Place] = {}
        self.all: list[InMemory] = []
        self._attempts: dict[Place, int] = {}
        self._marks: list[tuple[Place, str | None, bytes]] = []
        self._last = 0

    def facts(self) -> list[Mailed]:
        """What all messages say."""
        return [
            Mailed(one.stored.id, one.notice, one.stored.place.mailbox, one.stored.recorded_at)
            for one in self.all
            if one.notice is not None
        ]

    def move_cursor(self, place: Place) -> None:
        """Moves a cursor forward, or into another UIDVALIDITY."""
        before = self.cursors.get((place.mailbox, place.folder))
        if before is None or before.uidvalidity != place.uidvalidity or before.uid < place.uid:
            self.cursors[place.mailbox, place.folder] = place

    def add(self, mail: Mail, said: Notice, sender_domain: str | None, now: datetime) -> int:
        """Records a message; of a forged one nothing that it claims to be. Returns its id."""
        forged = said.trust is Trust.FORGED
        stored = self._stored(mail.place, said, sender_domain, now)
        raw = None if forged else mail.raw
        again = judge_again_at(said, now, now)
        self.all.append(InMemory(stored, None if forged else said, raw, raw or b"", mail.received_at, again))
        return stored.id

    def unjudged(self, now: datetime) -> list[Unjudged]:
        """Messages to be judged again at ``now`` whose bytes are kept."""
        return [
            Unjudged(one.stored.id, one.raw, one.received_at)
            for one in self.all
            if one.raw is not None and one.judge_again_at is not None and one.judge_again_at <= now
        ]

    def judge(self, row_id: int, said: Notice, now: datetime) -> bool:
        """Takes in the verdict of a message that waits for one; False where none waits."""
        for one in self.all:
            if one.stored.id == row_id and one.judge_again_at is not None:
                one.judge_again_at = judge_again_at(said, one.stored.recorded_at, now)
                one.notice = said
                one.stored = replace(
                    one.stored,
                    date=said.date,
                    state=state_of(said),
                    kind=said.kind,
                    trust=said.trust,
                    reason=said.trust_reason,
                    problems=tuple(problem.value for problem in said.problems),
                    method=said.trust_method,
                    judged_at=now,
                )
                return True
        return False

    def set_aside(self, place: Place, reason: str, now: datetime) -> int:
        """Counts a failed attempt; the last one records the message as failed."""
        tries = self._attempts[place] = self._attempts.get(place, 0) + 1
        if tries >= TRIES:
            del self._attempts[place]
            if not any(one.stored.place == place for one in self.all):
                unread = Notice(None, None, Kind.OTHER, Trust.UNVERIFIED, reason)
                stored = replace(self._stored(place, unread, None, now), state=MessageState.FAILED, judged_at=None)
                self.all.append(InMemory(stored, None, None))
            self.move_cursor(place)
        return tries

    def forget_failures(self, place: Place) -> None:
        """Forgets what was noted of a message that could not be read before."""
        self._attempts.pop(place, None)
        self.all = [one for one in self.all if one.stored.place != place or one.stored.state is not MessageState.FAILED]

    def forget(self, mine: Iterable[tuple[int, int]], numbers: frozenset[str]) -> dict[int, tuple[int, ...]]:
        """Drops what messages say of a parcel; of those that say nothing else only a mark stays.

        Args:
            mine: the readings that are the parcel's, as message id and position.
            numbers: that no other parcel has; messages that name one and have no reading left go too.

        Returns:
            For each message that stays the former positions of the readings that stay.
        """
        gone, shared = set(mine), dict[int, tuple[int, ...]]()
        for one in list(self.all):
            if one.notice is None:
                continue
            positions = range(len(one.notice.readings))
            kept = tuple(position for position in positions if (one.stored.id, position) not in gone)
            if len(kept) == len(positions) and (kept or not numbers & set(one.notice.orders)):
                continue
            self._marks.append((one.stored.place, one.stored.message_id, one.received))
            if kept:
                readings = tuple(one.notice.readings[position] for position in kept)
                orders = tuple(dict.fromkeys(each.order_number for each in readings if each.order_number))
                one.notice = replace(one.notice, readings=readings, orders=orders)
                one.raw, one.received = None, b""
                shared[one.stored.id] = kept
            else:
                self.all.remove(one)
        return shared

    def is_forgotten(self, mail: Mail, said: Notice) -> bool:
        """Whether this message left only a mark."""
        return said.trust is not Trust.FORGED and any(
            message_id == said.message_id
            and (message_id is not None or raw == mail.raw or (identifies(place) and place == mail.place))
            for place, message_id, raw in self._marks
        )

    def mend(self, ids: set[int], now: datetime) -> None:
        """What of these was recorded later than now was recorded now."""
        for one in self.all:
            if one.stored.id in ids and one.stored.recorded_at > now:
                one.stored = replace(one.stored, recorded_at=now)

    def known(self, mail: Mail, said: Notice) -> int | None:
        """The id of the same message recorded before, or None."""
        alike = [
            one
            for one in self.all
            if one.stored.message_id == said.message_id and one.stored.state is not MessageState.FAILED
        ]
        if identifies(mail.place):
            for one in alike:
                if one.stored.place == mail.place:
                    return one.stored.id
        for one in alike:
            if one.stored.trust is said.trust and _same(one, mail, said):
                return one.stored.id
        return None

    def listed(self, states: frozenset[MessageState], limit: int) -> Sequence[StoredMessage]:
        """Messages in these states, newest first."""
        found = [replace(one.stored, has_raw=one.raw is not None) for one in self.all if one.stored.state in states]
        return sorted(found, key=lambda one: (one.recorded_at, one.id), reverse=True)[:limit]

    def counts(self) -> dict[str, dict[MessageState, int]]:
        """Messages by mailbox and state."""
        found: dict[str, dict[MessageState, int]] = {}
        for one in self.all:
            states = found.setdefault(one.stored.place.mailbox, {})
            states[one.stored.state] = states.get(one.stored.state, 0) + 1
        for place, _, _ in self._marks:
            states = found.setdefault(place.mailbox, {})
            states[MessageState.FORGOTTEN] = states.get(MessageState.FORGOTTEN, 0) + 1
        return found

    def _stored(self, place: Place, said: Notice, sender_domain: str | None, now: datetime) -> StoredMessage:
        forged = said.trust is Trust.FORGED
        self._last += 1
        return StoredMessage(
            id=self._last,
            place=place,
            message_id=said.message_id,
            date=said.date,
            recorded_at=now,
            state=state_of(said),
            kind=Kind.NOT_AMAZON if forged else said.kind,
            trust=said.trust,
            reason=said.trust_reason,
            sender_domain=sender_domain,
            problems=() if forged else tuple(problem.value for problem in said.problems),
            has_raw=not forged,
            method=said.trust_method,
            judged_at=now,
        )


def _same(one: InMemory, mail: Mail, said: Notice) -> bool:
    if one.notice is None:
        forged = (one.stored.reason, one.stored.date) == (said.trust_reason, said.date)
        return forged and said.message_id is not None
    if said.message_id is None and (said.date is None or one.notice.date != said.date):
        return False
    return digest_of(one.notice) == digest_of(said) or one.received == mail.raw
