"""What setting up a mailbox finds out and does, without asking anybody anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from watcher.alerts import Alerts
from watcher.assembly import Clock, phrases, provider_of
from watcher.config import MailboxConfig
from watcher.data import load
from watcher.mailbox.credentials import Credential
from watcher.mailbox.dns import txt_lookup
from watcher.mailbox.first_look import FirstLook
from watcher.mailbox.imap import ImapMailbox
from watcher.messages.learned_id import Proposal, propose
from watcher.messages.providers import provider_for
from watcher.notify.notification import Language
from watcher.parcels.parcel import Parcel
from watcher.receiving import Receiver
from watcher.store.store import MessageState, Store, View


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a first reading brought.

    Attributes:
        parcels: how many there are of this mailbox.
        waiting: those that wait for the person, the most urgent first.
        not_understood: mails of Amazon that gave less than they should.
        suspicious: mails that pose as Amazon.
    """

    parcels: int
    waiting: Sequence[Parcel]
    not_understood: int
    suspicious: int


def proposal_of(mailbox: MailboxConfig, address: str, look: FirstLook) -> Proposal:
    """Whose Authentication-Results the mails of a mailbox show.

    Args:
        mailbox: where it is; its own ``authserv_id`` is not asked.
        address: of the person.
        look: at its mails.
    """
    known = provider_for(mailbox.host, None, load("providers"))
    return propose(look.headers, known, (mailbox.host, address.rpartition("@")[2].lower()))


def read_mailbox(
    mailbox: MailboxConfig, store: Store, clock: Clock, language: Language, secret: Credential
) -> Gathered:
    """Reads a mailbox into the store as ``check`` does, but says nothing: the person is looking on.

    Reminders are planned as ever; what is due is said by the watcher, several arrivals as one summary.

    Raises:
        MailboxError, StoreError.
    """
    alerts = Alerts(language, clock())
    lookup = txt_lookup()
    receiver = Receiver(mailbox, store, provider_of(mailbox), phrases(), clock, lambda: None, alerts, lookup)
    ImapMailbox(mailbox, receiver, lambda _: secret, clock).check()
    counts = store.counts().get(mailbox.name, {})
    now = clock()
    return Gathered(
        parcels=sum(parcel.mailbox == mailbox.name for parcel in store.parcels(View.ALL, now)),
        waiting=[parcel for parcel in store.parcels(View.WAITING, now) if parcel.mailbox == mailbox.name],
        not_understood=counts.get(MessageState.NOT_UNDERSTOOD, 0),
        suspicious=counts.get(MessageState.SUSPICIOUS, 0),
    )
