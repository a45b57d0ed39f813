"""Whose Authentication-Results to believe, learned from the headers of several mails; to be confirmed by the person.

What a provider writes stands above all that came with a mail, but a provider that writes nothing leaves the
sender's own lines on top. So no single mail is believed: an id has to be the first that is named in nearly all
mails of many senders, within what the provider wrote, and a mail without it speaks against it. Whoever wants
to plant an id has to have written nearly all of a person's mail. And an id should belong to the provider: to
the host that took the mails in last, which no sender can write, to the IMAP server, or to the address. One
that belongs to nobody known is shown as such.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from watcher.messages.authentication_results import is_id_of, parse
from watcher.messages.headers import Header, split, values
from watcher.messages.message import Provider
from watcher.messages.sender import senders_of

MIN_MAILS = 5
MIN_SENDERS = 3
"""Of how many mails, and domains of senders, an id is learned at least."""

MAX_OF_ONE_SENDER = 3
"""How many mails of one domain count, so that a newsletter, or a flood, does not decide alone."""

AGREEING = 0.9
"""The share of mails in which an id must stand; the rest allows for mails that a program put into the folder."""

_BY = re.compile(rb"\bby\s+([A-Za-z0-9.-]+)")
_CHECKED = frozenset({"spf", "dkim", "dmarc"})
_SECOND_LEVEL = frozenset("ac ad co com ed edu go gov gr lg ne net or org".split())


class Found(StrEnum):
    """What the mails tell.

    AS_KNOWN: the provider writes what the table says.
    LEARNED: an id stands in nearly all mails.
    UNLIKE_TABLE: the provider is known, but writes something else; ``authserv_id`` may be what it writes.
    WITHOUT_ID: nearly all mails have a header on top that names nobody (Outlook's form).
    NOTHING: the provider writes no Authentication-Results.
    DIFFERING: there are some, but no id stands in nearly all mails.
    TOO_FEW: there are too few mails, or of too few senders, to tell.
    """

    AS_KNOWN = "as_known"
    LEARNED = "learned"
    UNLIKE_TABLE = "unlike_table"
    WITHOUT_ID = "without_id"
    NOTHING = "nothing"
    DIFFERING = "differing"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed to the person.

    Attributes:
        found: see :class:`Found`.
        authserv_id: the id for the configuration, also ``@domain`` for several hosts; None where none can be told.
        mails: how many mails counted.
        agreeing: in how many of them it stands.
        akin: False where the id has nothing in common with a host of the provider's.
    """

    found: Found
    authserv_id: str | None
    mails: int
    agreeing: int
    akin: bool = True


@dataclass(frozen=True, slots=True)
class _Mail:
    """Of one mail: the ids on top (None for a header that names nobody), and the host that took it in last."""

    ids: tuple[str | None, ...]
    sender: str
    host: str | None


def propose(blocks: Iterable[bytes], known: Provider, hosts: Sequence[str]) -> Proposal:
    """The id that the receiving provider writes consistently.

    Args:
        blocks: raw header blocks of recent mails, the newest first.
        known: what the table says of the provider; empty where it says nothing.
        hosts: the IMAP host and the domain of the person's address.
    """
    mails = _counted([_looked_at(block) for block in blocks], frozenset(hosts))
    if len(mails) < MIN_MAILS or len({mail.sender for mail in mails}) < MIN_SENDERS:
        return Proposal(Found.TOO_FEW, None, len(mails), 0)
    if known.authserv_ids or known.without_id:
        agreeing = sum(_is_as_known(mail, known) for mail in mails)
        if _nearly_all(agreeing, mails):
            return Proposal(Found.AS_KNOWN, None, len(mails), agreeing)
    learned = _learned(mails, hosts)
    if learned.authserv_id is not None and (known.authserv_ids or known.without_id):
        return Proposal(Found.UNLIKE_TABLE, learned.authserv_id, learned.mails, learned.agreeing, learned.akin)
    return learned


def _learned(mails: Sequence[_Mail], hosts: Sequence[str]) -> Proposal:
    if not any(mail.ids for mail in mails):
        return Proposal(Found.NOTHING, None, len(mails), 0)
    nobody = sum(mail.ids[:1] == (None,) for mail in mails)
    if _nearly_all(nobody, mails):
        return Proposal(Found.WITHOUT_ID, None, len(mails), nobody)
    counted = Counter(wanted for mail in mails for wanted in _wanted(mail))
    agreed = [wanted for wanted, count in counted.items() if _nearly_all(count, mails)]
    if not agreed:
        return Proposal(Found.DIFFERING, None, len(mails), max(counted.values(), default=0))
    # Several headers of one provider (iCloud's form) need the domain of them all; one host needs but its name.
    several = len({wanted for wanted in agreed if not wanted.startswith("@")}) > 1
    best = max(agreed, key=lambda wanted: ((wanted.startswith("@") == several), wanted.count("."), len(wanted)))
    return Proposal(Found.LEARNED, best, len(mails), counted[best], _is_akin(best, mails, hosts))


def _looked_at(block: bytes) -> _Mail:
    headers, _ = split(block)
    senders = senders_of(headers)
    return _Mail(tuple(_ids_on_top(headers)), senders[0].domain if senders else "", _last_host(headers))


def _ids_on_top(headers: Iterable[Header]) -> Iterable[str | None]:
    """The ids of the first header and of those that follow it and name hosts of the same organisation.

    A field that cannot be read ends it, as it does when trust is judged.
    """
    first: str | None = None
    for at, header in enumerate(header for header in headers if header.name == "authentication-results"):
        parsed = parse(header.value)
        if parsed is None:
            return
        if at == 0:
            first = parsed.authserv_id
            if first is not None or any(result.method in _CHECKED for result in parsed.results):
                yield first
            if first is None:
                return
        elif parsed.authserv_id is None or organisation(parsed.authserv_id) != organisation(first or ""):
            return
        else:
            yield parsed.authserv_id


def _last_host(headers: tuple[Header, ...]) -> str | None:
    """The host that took the mail in last: the top Received field, which the provider writes in any case."""
    found = _BY.search(next(values(headers, "received"), b""))
    return found[1].decode("ascii").lower().rstrip(".") if found else None


def _counted(mails: Iterable[_Mail], own: frozenset[str]) -> list[_Mail]:
    """The mails that count: those that came from outside, a few of each sender."""
    seen: Counter[str] = Counter()
    counted: list[_Mail] = []
    for mail in mails:
        seen[mail.sender] += 1
        if mail.host is not None and mail.sender not in own and seen[mail.sender] <= MAX_OF_ONE_SENDER:
            counted.append(mail)
    return counted


def _wanted(mail: _Mail) -> frozenset[str]:
    """The settings that would take in the first id: itself, and its domains down to the organisation's.

    Further ids of the same mail count for themselves only.
    """
    if not mail.ids or mail.ids[0] is None:
        return frozenset()
    first = mail.ids[0]
    wanted = {authserv_id for authserv_id in mail.ids if authserv_id}
    domain = first
    while organisation(domain) != domain and "." in domain:
        domain = domain.partition(".")[2]
        wanted.add(f"@{domain}")
    return frozenset(wanted)


def _is_as_known(mail: _Mail, known: Provider) -> bool:
    first = mail.ids[0] if mail.ids else ""
    return known.without_id if first is None else is_id_of(first, known.authserv_ids)


def _is_akin(wanted: str, mails: Sequence[_Mail], hosts: Sequence[str]) -> bool:
    family = organisation(wanted.removeprefix("@"))
    taken_in = sum(mail.host is not None and organisation(mail.host) == family for mail in mails)
    return _nearly_all(taken_in, mails) or family in {organisation(host) for host in hosts}


def _nearly_all(count: int, mails: Sequence[_Mail]) -> bool:
    return count >= AGREEING * len(mails)


def organisation(host: str) -> str:
    """The domain that somebody can register: ``example.com`` or ``example.co.jp`` of a host in it."""
    labels = host.lower().rstrip(".").split(".")
    if all(label.isdigit() for label in labels):
        return host
    kept = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-kept:])
