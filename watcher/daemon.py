"""The daemon: mailbox threads put facts in, and every tick says what is due.

The main thread owns the asyncio loop: scheduler, desktop, signals. Each mailbox has a thread of its own.
Shutdown sets one event and closes the sockets, so that IDLE ends at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
from collections.abc import Sequence
from datetime import date
from typing import Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from watcher import service_manager
from watcher.alerts import Alerts
from watcher.assembly import Clock
from watcher.errors import StoreError
from watcher.heartbeat import Heartbeat
from watcher.notify import notices
from watcher.notify.notification import Channel, Language
from watcher.parcels.parcel import JST
from watcher.reminding import Reminding
from watcher.store.store import Store, View

log = logging.getLogger(__name__)

TICK_SECONDS = 60
JOIN_SECONDS = 0.5
"""How long to wait for a mailbox thread at the end. One that hangs in a name look-up, a handshake or a password command
cannot be woken and ends with the process; a stop must take less than two seconds, on a busy machine too."""


class WatchedMailbox(Protocol):
    """A mailbox that a thread can watch until it is closed."""

    @property
    def heartbeat(self) -> Heartbeat:
        """Beaten by the thread that watches."""

    @property
    def name(self) -> str: ...

    def watch(self) -> None:
        """Watches until closed; never raises for what a network or a server can do."""

    def close(self) -> None:
        """Ends :meth:`watch` at once; called from another thread."""


class KeptCalendar(Protocol):
    """The calendar file for subscribers."""

    def keep(self) -> None:
        """Brings the file up to date; raises StoreError and nothing else."""


class Judge(Protocol):
    """Looks again at mails that could not be judged when they came."""

    def look(self) -> bool:
        """One look; True where a parcel changed. May wait for DNS for some seconds; raises StoreError."""


class Daemon:
    """One run of the watcher.

    Args:
        store: where facts and reminders are.
        channels: ways to reach the person; may be empty.
        reminding: says what is due.
        clock: the present.
        alerts: what the person is told about the watcher itself; said by ``reminding``.
        language: of what the service manager is told.
        calendar: kept up to date after every look at what is due, or None.
        judge: looks again at mails whose key DNS did not give, or None.
    """

    def __init__(
        self,
        store: Store,
        channels: Sequence[Channel],
        reminding: Reminding,
        clock: Clock,
        alerts: Alerts,
        language: Language,
        calendar: KeptCalendar | None = None,
        judge: Judge | None = None,
    ) -> None:
        self._store = store
        self._channels = tuple(channels)
        self._mailboxes: tuple[WatchedMailbox, ...] = ()
        self._reminding = reminding
        self._clock = clock
        self._alerts = alerts
        self._language = language
        self._calendar = calendar
        self._judge = judge
        self._threads: list[tuple[WatchedMailbox, threading.Thread]] = []
        self._ticking = asyncio.Lock()
        self._woken: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._purged_on: date | None = None

    def watch(self, mailboxes: Sequence[WatchedMailbox]) -> None:
        """What to watch; told before :meth:`run`."""
        self._mailboxes = tuple(mailboxes)

    async def run(self) -> None:
        """Runs until SIGTERM, SIGINT or :meth:`stop`."""
        self._loop = asyncio.get_running_loop()
        self._listen_for_signals()
        scheduler = AsyncIOScheduler(
            timezone=JST,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        scheduler.add_job(self.tick, "interval", seconds=TICK_SECONDS)
        self._start_threads()
        scheduler.start()
        try:
            await self.tick()
            service_manager.tell("READY=1")
            await self._stop.wait()
        finally:
            service_manager.tell("STOPPING=1")
            scheduler.shutdown(wait=False)
            await self._end()

    def stop(self) -> None:
        """Ends :meth:`run`; may be called from the loop's thread only."""
        self._stop.set()

    def wake(self) -> None:
        """Asks for a tick now, since parcels changed; may be called from any thread."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has just been closed
                self._loop.call_soon_threadsafe(self._tick_soon)

    async def tick(self) -> None:
        """One look at what is due; ticks never overlap.

        The service manager's watchdog is fed at its end, if the store works and every mailbox is being watched.
        """
        async with self._ticking:
            stuck = self._stuck()
            self._alerts.stuck(stuck)
            try:
                await asyncio.to_thread(self._store.ping)
                await self._reminding.say_what_is_due()
                if self._calendar is not None:
                    await asyncio.to_thread(self._calendar.keep)
                await self._purge_daily()
                if self._judge is not None and await asyncio.to_thread(self._judge.look):
                    await self._reminding.say_what_is_due()
            except StoreError as error:
                log.error("the store does not answer: %s", error)
                self._alerts.store(self._clock(), failed=True)
                await self._reminding.say_alerts()
                self._tell_status(None, stuck, ())
                return
            self._alerts.store(self._clock(), failed=False)
            await asyncio.to_thread(self._report, stuck)

    def _stuck(self) -> tuple[str, ...]:
        """The mailboxes whose thread ended, or is silent for longer than it may be."""
        stuck = [box for box, thread in self._threads if not thread.is_alive() or box.heartbeat.overdue]
        return tuple(mailbox.name for mailbox in stuck)

    def _report(self, stuck: Sequence[str]) -> None:
        """Tells the service manager how things are, where there is one."""
        if not service_manager.listens():
            return
        try:
            waiting = len(self._store.parcels(View.WAITING, self._clock()))
            ours = {mailbox.name for mailbox in self._mailboxes}
            healths = [health for health in self._store.healths() if health.mailbox in ours]
        except StoreError as error:
            log.error("the store does not answer: %s", error)
            return
        failing = [health.mailbox for health in healths if health.error is not None and health.mailbox not in stuck]
        self._tell_status(waiting, stuck, failing)
        if not stuck:
            service_manager.tell(service_manager.FEED)

    def _tell_status(self, waiting: int | None, stuck: Sequence[str], failing: Sequence[str]) -> None:
        words = notices.service_status(len(self._mailboxes), waiting, stuck, failing, self._language)
        service_manager.tell(f"STATUS={words}")

    async def _purge_daily(self) -> None:
        """Lets go of raw mails that were kept long enough."""
        now = self._clock()
        if self._purged_on != now.date():
            self._purged_on = now.date()
            await asyncio.to_thread(self._store.purge, now)

    def _tick_soon(self) -> None:
        task = asyncio.ensure_future(self.tick())
        self._woken.add(task)
        task.add_done_callback(self._woken.discard)

    def _listen_for_signals(self) -> None:
        assert self._loop is not None  # noqa: S101 (set by run)
        for number in (signal.SIGTERM, signal.SIGINT):
            try:
                self._loop.add_signal_handler(number, self._stop.set)
            except NotImplementedError:  # Windows
                signal.signal(number, self._stop_from_signal)

    def _stop_from_signal(self, *_: object) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)

    def _start_threads(self) -> None:
        for mailbox in self._mailboxes:
            thread = threading.Thread(target=mailbox.watch, name=f"mailbox {mailbox.name}", daemon=True)
            thread.start()
            self._threads.append((mailbox, thread))

    async def _end(self) -> None:
        for mailbox in self._mailboxes:
            mailbox.close()
        for task in tuple(self._woken):
            task.cancel()
        await asyncio.gather(*self._woken, return_exceptions=True)
        await asyncio.gather(
            *(asyncio.to_thread(thread.join, JOIN_SECONDS) for _, thread in self._threads),
            *(channel.close() for channel in self._channels),
        )
