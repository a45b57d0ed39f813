"""What one mail is, once it is read.

Terminology:
    message: one RFC 5322 mail.
    body: one readable text of a message. Lines end in a newline, cells of a table row are separated by a
        tab, everything is normalised (see ``normalise``); a row of labels above a row of values keeps its
        columns.
    trust: authenticated, unverified or forged; exactly one of the three.
    reception: what the world outside knows about a message: when it came, who received it, and now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

AMAZON = "amazon.co.jp"


class Trust(StrEnum):
    AUTHENTICATED = "authenticated"
    UNVERIFIED = "unverified"
    FORGED = "forged"


class Problem(StrEnum):
    """What was wrong with a message; the values are part of the JSON contract and never change."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_COMPLEX = "too_complex"
    PARTLY_FETCHED = "partly_fetched"
    UNREADABLE = "unreadable"
    HEADER_DROPPED = "header_dropped"
    PARSER_FAILED = "parser_failed"
    STRUCTURE_DAMAGED = "structure_damaged"
    TEXT_DAMAGED = "text_damaged"
    BODY_MISSING = "body_missing"
    DATE_MISSING = "date_missing"
    INQUIRY_NUMBER_MISSING = "inquiry_number_missing"
    AUTH_NUMBER_MISSING = "auth_number_missing"
    AUTH_NUMBER_DIFFERS = "auth_number_differs"
    PICKUP_CODE_MISSING = "pickup_code_missing"
    DEADLINE_UNREADABLE = "deadline_unreadable"
    PARTS_DISAGREE = "parts_disagree"
    NOTHING_TO_IDENTIFY = "nothing_to_identify"
    NUMBERS_AMBIGUOUS = "numbers_ambiguous"


@dataclass(frozen=True, slots=True)
class Address:
    """One address of a From header: the decoded display name and the addr-spec.

    The domain is in lower case and without a final dot.
    """

    name: str
    local_part: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local_part}@{self.domain}"

    @property
    def is_amazon(self) -> bool:
        """True for amazon.co.jp and its subdomains; amazon.com, amazon.de and AWS are somebody else."""
        return self.domain == AMAZON or self.domain.endswith(f".{AMAZON}")


@dataclass(frozen=True, slots=True)
class Body:
    """One readable text.

    Attributes:
        text: normalised text; links are gone, hidden text of HTML was never read.
        source: the MIME type it came from.
        linked_orders: order numbers of ``orderID=`` in its links, in order, without repetition.
    """

    text: str
    source: Literal["plain", "html"]
    linked_orders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is believed about the sender, and why.

    Attributes:
        trust: one of the three.
        reason: a stable snake_case word, e.g. ``dmarc_pass``, ``dmarc_fail``, ``look_alike_domain``.
        method: ``dmarc``, ``dkim``, ``spf``, ``own_dkim`` or None.
    """

    trust: Trust
    reason: str
    method: str | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    """Who received the mail for the person, and how that provider writes Authentication-Results (RFC 8601).

    Attributes:
        authserv_ids: the ids to believe, lower case; ``@example.jp`` stands for every subdomain of it.
        without_id: True for Outlook, whose topmost header names no authserv-id.
    """

    authserv_ids: tuple[str, ...] = ()
    without_id: bool = False


TxtLookup = Callable[[str], "tuple[bytes, ...]"]
"""DNS TXT look-up for DKIM: name in, strings out.

Raises ``LookupError`` where there is no such record, ``TimeoutError`` where DNS does not answer.
"""


@dataclass(frozen=True, slots=True)
class Reception:
    """What comes from outside the message.

    Attributes:
        now: the present, aware.
        received_at: IMAP's INTERNALDATE, aware, or None where unknown (a file).
        provider: whose Authentication-Results count.
        forwarders: addresses (lower case) whose forwards are read; None reads every forward.
        lookup_txt: DNS for our own DKIM check, or None to make none.
    """

    now: datetime
    received_at: datetime | None = None
    provider: Provider = field(default_factory=Provider)
    forwarders: frozenset[str] | None = None
    lookup_txt: TxtLookup | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One mail, read.

    Attributes:
        message_id: without angle brackets, or None.
        senders: every address of every From header; exactly one in an honest mail.
        subject: decoded and normalised; empty where there is none.
        date: the mail's date by the ruling (Date; absent, invalid or more than 24 h ahead: INTERNALDATE,
            else the topmost Received, else None), aware, UTC.
        bodies: the readable texts outside attachments and forwarded messages, plain before HTML.
        forwarded: mails inside this one that a person forwarded (message/rfc822 or inline), read as mails of
            their own; their trust is unverified.
        verdict: what is believed of the sender.
        problems: what was wrong, without repetition.
    """

    message_id: str | None
    senders: tuple[Address, ...]
    subject: str
    date: datetime | None
    bodies: tuple[Body, ...]
    verdict: Verdict
    forwarded: tuple[Message, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def from_amazon(self) -> bool:
        """True when exactly one address wrote this mail and it is Amazon.co.jp's, believed or not."""
        return len(self.senders) == 1 and self.senders[0].is_amazon
