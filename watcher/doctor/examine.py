"""All checks in their order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from watcher.config import Config
from watcher.doctor import channels, machine, mailboxes, stored
from watcher.doctor.finding import Finding
from watcher.doctor.running import Check, run_all
from watcher.notify.notification import Channel, Notification
from watcher.service import Service

MAILBOX_SECONDS = 45.0
STORE_SECONDS = 30.0
TEST_SECONDS = 40.0


def examine(
    file: Path,
    config: Config,
    service: Service,
    now: datetime,
    trial: tuple[list[Channel], Notification] | None = None,
) -> Iterator[Finding]:
    """Looks at everything; yields findings in a stable order, as they are made. Never raises for what it finds.

    Args:
        file: where the configuration lies.
        config: what it says; the defaults where it cannot be read.
        service: what an installation would write.
        now: aware.
        trial: channels that get a test notification, or None.
    """
    # Opening a store closes it to others: how its files were found is looked at before anything else.
    yield from run_all([Check("permissions", partial(machine.permissions, file, config))])
    boxes = [
        Check("mailbox", partial(mailboxes.mailbox, config, box, now), MAILBOX_SECONDS, box.name)
        for box in config.mailboxes
    ]
    tests = [Check("channel.test", partial(channels.trial, *trial), TEST_SECONDS)] if trial else []
    yield from run_all(
        [
            Check("program", machine.program),
            Check("configuration", partial(machine.configuration, file)),
            Check("extras", partial(machine.extras, config)),
            Check("store", partial(stored.store, config), STORE_SECONDS),
            Check("disk", partial(machine.disk, config)),
            Check("clock", partial(machine.clock, config, now)),
            Check("keyring", partial(machine.keyring, config)),
            *boxes,
            Check("channel", partial(channels.desktop, config)),
            Check("channel", partial(channels.push, config)),
            Check("channel", partial(channels.hook, config)),
            Check("channel.reminders", partial(stored.remembered, config, now)),
            *tests,
            Check("calendar", partial(machine.calendar, config, now)),
            Check("service", partial(machine.service, service, config)),
        ]
    )
