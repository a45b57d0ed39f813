"""Says what is due: claims it, words it, hands it to every channel, and keeps what each did."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from watcher.alerts import Alerts
from watcher.assembly import Clock
from watcher.errors import NotifyError
from watcher.notify.fan_out import send_all
from watcher.notify.notification import Channel, Language, Notification, Press
from watcher.notify.wording import FLOOD, remind, reveal, summary
from watcher.parcels.plan import may_speak
from watcher.parcels.reminder import Occasion, Policy
from watcher.store.store import ActionKind, Due, Store

log = logging.getLogger(__name__)

SNOOZE = timedelta(hours=3)
"""What the button 後で puts a reminder off by."""

SET_BACK = timedelta(minutes=2)
"""Smaller steps of the clock are its ordinary corrections."""


@dataclass(slots=True)
class Reminding:
    """The voice of the daemon.

    Attributes:
        store: where reminders are claimed and closed.
        channels: ways to reach the person.
        clock: the present.
        language: of the sentences.
        show_numbers: False keeps numbers out of notifications.
        policy: when the person does not want to be spoken to.
        alerts: what is said about the watcher itself.
    """

    store: Store
    channels: Sequence[Channel]
    clock: Clock
    language: Language
    show_numbers: bool = True
    policy: Policy = field(default_factory=Policy)
    alerts: Alerts | None = None
    _presses: set[asyncio.Task[None]] = field(default_factory=set)
    _looked_at: datetime | None = None

    async def say_what_is_due(self) -> None:
        """One look at what is due now. A channel that fails is tried again later and holds up nothing.

        Raises:
            StoreError: the store does not answer.
        """
        await self._mind_the_clock()
        names = [channel.name for channel in self.channels]
        due = await asyncio.to_thread(self.store.claim_due, self.clock(), names, self.policy)
        done = await asyncio.gather(*map(self._say_and_close, batches(due)), return_exceptions=True)
        for failure in done:
            if failure is not None:
                raise failure
        if self.alerts is not None and may_speak(None, self.policy, self.clock()):
            self.alerts.look_at(await asyncio.to_thread(self.store.healths), self.clock())
        await self.say_alerts()
        for mailbox, word in () if self.alerts is None else self.alerts.taken():
            await asyncio.to_thread(self.store.remember_told, mailbox, word)

    async def say_alerts(self) -> None:
        """What there is to say about the watcher itself, outside the quiet hours; needs no store."""
        if self.alerts is not None and may_speak(None, self.policy, self.clock()):
            await self.alerts.say(self.channels)

    async def _mind_the_clock(self) -> None:
        """At the start, and when the clock was set back: what a clock that ran ahead has done is put right."""
        now, before = self.clock(), self._looked_at
        if before is None or before - now > SET_BACK:
            await asyncio.to_thread(self.store.mend_times, now)
        self._looked_at = now

    async def _say_and_close(self, batch: Sequence[Due]) -> None:
        """One thing to say, beside the others: a channel that does not answer is waited for once, not once for each."""
        outcomes = await self._say(batch)
        for item in batch:
            await asyncio.to_thread(self.store.close, item.reminder_id, outcomes, self.clock())
        if self.alerts is not None and any(error is not None for error in outcomes.values()):
            self.alerts.channels(await asyncio.to_thread(self.store.channel_states))

    async def _say(self, batch: Sequence[Due]) -> Mapping[str, NotifyError | None]:
        wanted = {name for item in batch for name in item.channels}
        channels = [channel for channel in self.channels if channel.name in wanted]
        try:
            notification = self._worded(batch)
        except Exception as error:
            log.exception("a reminder cannot be put into words (%s)", type(error).__name__)
            failure = NotifyError(f"no words for it ({type(error).__name__})")
            return dict.fromkeys(wanted, failure)
        outcomes = await send_all(channels, notification)
        for name, refusal in outcomes.items():
            if refusal is not None:
                log.warning("%s did not take a reminder: %s", name, refusal)
        return outcomes

    def _worded(self, batch: Sequence[Due]) -> Notification:
        parcels = [item.parcel for item in batch]
        arrivals = all(item.reminder.occasion is Occasion.ARRIVAL for item in batch)
        if len(batch) > FLOOD and arrivals and len({_shop(item) for item in batch}) > 1:
            return summary(parcels, self.clock(), self.language)
        return remind(parcels, batch[0].reminder, self.clock(), self.language, self.show_numbers)

    def pressed(self, press: Press, parcel_ids: tuple[int, ...]) -> None:
        """What the person pressed on a notification; called on the loop's thread."""
        task = asyncio.ensure_future(self._act(press, parcel_ids))
        self._presses.add(task)
        task.add_done_callback(self._presses.discard)

    async def settled(self) -> None:
        """Waits until what was pressed so far has been done."""
        await asyncio.gather(*self._presses)

    async def _act(self, press: Press, parcel_ids: tuple[int, ...]) -> None:
        now = self.clock()
        if press is Press.SHOW:
            parcels = [await asyncio.to_thread(self.store.find, str(number)) for number in parcel_ids]
            # Numbers go to the screen that was pressed, never to a phone or a hook that did not ask.
            pressed = [channel for channel in self.channels if channel.name == "desktop"]
            await send_all(pressed, reveal(parcels, self.language))
            return
        for number in parcel_ids:
            if press is Press.COLLECTED:
                await asyncio.to_thread(self.store.act, number, ActionKind.COLLECT, now)
            else:
                await asyncio.to_thread(self.store.snooze, number, now + SNOOZE, now)


def batches(due: Sequence[Due]) -> list[list[Due]]:
    """What is said together: many arrivals at once as one summary, parcels of one shop as one notification.

    Only what goes out over the same channels is said together: one that took its reminder before must not get it
    again with those of other parcels.
    """
    arrivals = Counter(item.channels for item in due if item.reminder.occasion is Occasion.ARRIVAL)
    groups: dict[tuple[object, ...], list[Due]] = {}
    for item in due:
        flooded = item.reminder.occasion is Occasion.ARRIVAL and arrivals[item.channels] > FLOOD
        shop = "" if flooded else _shop(item) or item.reminder_id
        groups.setdefault((flooded, shop, item.channels), []).append(item)
    return [_urgent_first(group) for group in groups.values()]


def _shop(item: Due) -> str | None:
    point = item.parcel.pickup_point
    return point.name if point else None


def _urgent_first(group: list[Due]) -> list[Due]:
    return sorted(
        group, key=lambda item: (item.parcel.deadline is None, item.parcel.deadline and item.parcel.deadline.day)
    )
