"""The daemon looks again at what DNS kept from being judged, and says at once what came of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.messages.signing import Zone, zone
from tests.store.mails import RULES
from tests.store.test_judging_again import GENUINE, come
from tests.whole.test_reminding import Clock, Voice
from watcher.alerts import Alerts
from watcher.assembly import phrases
from watcher.daemon import Daemon
from watcher.judging_again import JudgingAgain
from watcher.messages.message import Trust
from watcher.reminding import Reminding
from watcher.store.memory import MemoryStore
from watcher.store.store import View

DOWN = Zone({}, down=True)


class Network:
    """DNS that can come back."""

    def __init__(self) -> None:
        self.zone = DOWN
        self.asked = 0

    def __call__(self, name: str) -> tuple[bytes, ...]:
        self.asked += 1
        return self.zone(name)


def test_a_held_parcel_is_announced_by_the_tick_that_proves_it_genuine() -> None:
    store = MemoryStore(replace(RULES, hold_unverified=True))
    clock, voice, network = Clock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC)), Voice(), Network()
    come(store, GENUINE, network, clock.now)

    async def story() -> None:
        reminding = Reminding(store, [voice], clock, "en")
        judge = JudgingAgain(store, phrases(), network, frozenset(), clock)
        daemon = Daemon(store, [voice], reminding, clock, Alerts("en", clock.now), "en", judge=judge)
        await daemon.tick()
        assert network.asked == 1, "an hour has not passed"
        clock.now += timedelta(hours=1)
        await daemon.tick()
        await daemon.tick()
        assert (network.asked, voice.said) == (2, []), "one silent answer is enough for an hour"
        network.zone = zone("amazon.co.jp")
        clock.now += timedelta(hours=1)
        await daemon.tick()
        assert len(voice.said) == 1
        clock.now += timedelta(hours=1)
        await daemon.tick()
        assert network.asked == 3, "what was judged is never judged again"

    asyncio.run(story())
    (parcel,) = store.parcels(View.WAITING, clock.now)
    assert parcel.trust is Trust.AUTHENTICATED
    assert "could not be confirmed" not in voice.said[0].body
