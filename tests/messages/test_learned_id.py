"""Whose Authentication-Results to believe: learned from many mails, never from what one sender wrote."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.messages.mails import OWN, received
from watcher.assembly import provider_of
from watcher.config import MailboxConfig
from watcher.data import load
from watcher.known_providers import provider_of_address, provider_of_host, providers
from watcher.messages.learned_id import Found, Proposal, organisation, propose
from watcher.messages.message import Provider, Trust

HOSTS = ("imap.example.jp", "example.jp")
SENDERS = ("a.example", "b.example", "c.example", "d.example", "e.example", "f.example", "g.example", "h.example")
PASS = "spf=pass smtp.mailfrom=x@{0}; dkim=pass header.d={0}; dmarc=pass header.from={0}"
HOP = "Received: from out.{0} by mx1.example.jp with ESMTPS; Tue, 10 Mar 2026 01:00:00 +0000"
OUTLOOK = "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom={0}; dkim=pass (signature was verified) header.d={0};"


def block(sender: str, *fields: str, hop: str = HOP) -> bytes:
    """The headers of one mail: what the provider wrote on top, then its hop, then what came with the mail."""
    above = [field.format(sender) for field in fields if not field.startswith("below ")]
    below = [field.removeprefix("below ").format(sender) for field in fields if field.startswith("below ")]
    hops = [hop.format(sender)] if hop else []
    return "\r\n".join((*above, *hops, *below, f"From: <x@{sender}>", "Subject: test", "", "")).encode()


def result(authserv_id: str) -> str:
    return f"Authentication-Results: {authserv_id}; {PASS}"


def ordinary(*fields: str, senders: Sequence[str] = SENDERS, hop: str = HOP) -> list[bytes]:
    return [block(sender, *fields, hop=hop) for sender in senders]


def learned(blocks: Sequence[bytes], known: Provider | None = None, hosts: Sequence[str] = HOSTS) -> Proposal:
    return propose(blocks, known or Provider(), hosts)


# -- what honest providers write


def test_one_host() -> None:
    proposal = learned(ordinary(result("mx1.example.jp")))
    assert proposal == Proposal(Found.LEARNED, "mx1.example.jp", 8, 8, akin=True)


def test_several_hosts_are_taken_by_the_nearest_domain_of_all() -> None:
    blocks = [block(sender, result(f"mx{at % 3}.in.example.jp")) for at, sender in enumerate(SENDERS)]
    assert learned(blocks) == Proposal(Found.LEARNED, "@in.example.jp", 8, 8, akin=True)


def test_several_headers_of_each_mail() -> None:
    fields = [result(f"{name}.example.jp") for name in ("bimi", "arc", "dmarc", "dkim-verifier", "spf")]
    assert learned(ordinary(*fields)).authserv_id == "@example.jp"


def test_an_id_that_is_a_domain() -> None:
    assert learned(ordinary(result("example.jp"))).authserv_id == "example.jp"


def test_gmails_order_with_the_hop_above() -> None:
    blocks = [block(sender, "below " + result("mx1.example.jp")) for sender in SENDERS]
    assert learned(blocks).authserv_id == "mx1.example.jp"


def test_what_is_learned_is_believed_afterwards() -> None:
    proposal = learned([block(sender, result(f"mx{at}.in.example.jp")) for at, sender in enumerate(SENDERS)])
    assert proposal.authserv_id is not None
    mailbox = MailboxConfig("home", "imap.example.jp", "taro", authserv_id=proposal.authserv_id)
    raw = block("amazon.co.jp", result("mx9.in.example.jp")) + b"hello\r\n"
    assert received(raw, provider_of(mailbox)).verdict.trust is Trust.AUTHENTICATED
    forged = block("amazon.co.jp", result("mx9.in.example.jp.evil.example")) + b"hello\r\n"
    assert received(forged, provider_of(mailbox)).verdict.trust is Trust.UNVERIFIED


def test_outlooks_form() -> None:
    blocks = ordinary("Authentication-Results: " + OUTLOOK)
    assert learned(blocks, Provider(without_id=True)).found is Found.AS_KNOWN
    assert learned(blocks) == Proposal(Found.WITHOUT_ID, None, 8, 8)


def test_a_known_provider_that_writes_what_is_known() -> None:
    for known in (OWN, Provider(("@example.jp",))):
        proposal = learned(ordinary(result("mx.example.jp")), known)
        assert (proposal.found, proposal.authserv_id, proposal.agreeing) == (Found.AS_KNOWN, None, 8)


def test_a_known_provider_that_writes_something_else() -> None:
    proposal = learned(ordinary(result("new.example.jp")), OWN)
    assert (proposal.found, proposal.authserv_id) == (Found.UNLIKE_TABLE, "new.example.jp")
    assert learned(ordinary(), OWN).found is Found.NOTHING


def test_a_few_mails_that_a_program_put_there_are_borne() -> None:
    many = ordinary(result("mx1.example.jp"), senders=[f"s{number}.example" for number in range(30)])
    moved = [block(f"old{number}.example", result("mx.former.example")) for number in range(3)]
    assert learned([*moved, *many]).authserv_id == "mx1.example.jp"
    assert learned([*moved, *many[:20]]).found is Found.DIFFERING


# -- what a hostile mail can do


def test_a_provider_that_writes_nothing_and_a_mail_that_plants_an_id() -> None:
    planted = [block("evil.example", "below " + result("mx1.example.jp"))] * 20
    assert learned([*planted, *ordinary()]).authserv_id is None
    assert learned([*ordinary(), *planted]).found in (Found.DIFFERING, Found.NOTHING)


def test_a_flood_of_one_sender_counts_as_three() -> None:
    flood = [block("evil.example", "below " + result("mx.evil.example"))] * 500
    proposal = learned([*flood, *ordinary()])
    assert (proposal.found, proposal.mails) == (Found.DIFFERING, 11)
    assert learned(flood).found is Found.TOO_FEW


def test_a_flood_of_many_senders_loses_against_honest_mails() -> None:
    flood = [block(f"e{number}.example", "below " + result("mx1.example.jp")) for number in range(40)]
    assert learned([*flood, *ordinary()]).authserv_id is None


def test_an_id_of_somebody_else_is_shown_as_such() -> None:
    flood = [block(f"e{number}.example", "below " + result("mx.evil.example")) for number in range(40)]
    assert learned(flood) == Proposal(Found.LEARNED, "mx.evil.example", 40, 40, akin=False)


def test_what_is_planted_below_the_own_header_is_never_proposed() -> None:
    fields = (result("mx1.example.jp"), "below " + result("mx2.example.jp"), "below " + result("mx.evil.example"))
    blocks = [block("evil.example", *fields), *ordinary(result("mx1.example.jp"))]
    assert learned(blocks).authserv_id == "mx1.example.jp"


def test_a_header_on_top_that_cannot_be_read_speaks_against_all_below() -> None:
    broken = "Authentication-Results: mx1.example.jp; dmarc=pass ("
    assert learned(ordinary(broken, "below " + result("mx1.example.jp"))).authserv_id is None


@pytest.mark.parametrize("authserv_id", ["co.jp", "jp", "com"])
def test_no_public_suffix_is_proposed_for_many_hosts(authserv_id: str) -> None:
    blocks = [block(sender, result(f"mx.p{at}.{authserv_id}")) for at, sender in enumerate(SENDERS)]
    assert learned(blocks).authserv_id is None


def test_nobody_named_is_no_header_of_checks() -> None:
    assert learned(ordinary("Authentication-Results: auth=pass smtp.auth=x")).found is Found.NOTHING


# -- what counts


def test_too_few_mails_or_senders_tell_nothing() -> None:
    assert learned(ordinary(result("mx1.example.jp"), senders=SENDERS[:4])).found is Found.TOO_FEW
    assert learned(ordinary(result("mx1.example.jp"), senders=["a.example", "b.example"] * 9)).found is Found.TOO_FEW
    assert learned([]).found is Found.TOO_FEW


def test_mails_that_never_came_over_a_network_do_not_count() -> None:
    drafts = ordinary(senders=[f"s{number}.example" for number in range(20)], hop="")
    assert learned([*drafts, *ordinary(result("mx1.example.jp"))]).authserv_id == "mx1.example.jp"


def test_mails_from_ones_own_domain_do_not_count() -> None:
    family = [block("example.jp")] * 20
    assert learned([*family, *ordinary(result("mx1.example.jp"))]).authserv_id == "mx1.example.jp"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=20))
def test_any_bytes_give_an_answer(blocks: list[bytes]) -> None:
    prefix = b"Authentication-Results: "
    assert learned([prefix + one for one in blocks]).found in Found


@pytest.mark.parametrize(
    ("host", "family"),
    [
        ("mx1.mail.example.co.jp", "example.co.jp"),
        ("mx.example.jp", "example.jp"),
        ("example.com", "example.com"),
        ("a.b.c.example.com", "example.com"),
        ("mx.provider.ne.jp", "provider.ne.jp"),
        ("192.0.2.1", "192.0.2.1"),
        ("localhost", "localhost"),
    ],
)
def test_who_a_host_belongs_to(host: str, family: str) -> None:
    assert organisation(host) == family


# -- the table

TABLE = load("providers")
NAMES = {
    "Gmail", "Outlook", "iCloud", "Yahoo! JAPAN", "docomo", "au", "SoftBank", "nifty", "So-net", "OCN", "BIGLOBE",
    "Fastmail", "Yahoo.com", "IIJmio",
}  # fmt: skip
ICLOUD = (
    "bimi.icloud.com; bimi=none",
    "arc.icloud.com; arc=none",
    "dmarc.icloud.com; dmarc=pass header.from={0}",
    "dkim-verifier.icloud.com; dkim=pass header.d={0}",
    "spf.icloud.com; spf=pass smtp.mailfrom=x@{0}",
)


def test_every_provider_of_the_issue_is_there_with_source_and_year() -> None:
    assert {entry["name"] for entry in TABLE["provider"]} == NAMES
    for entry in TABLE["provider"]:
        assert entry["source"]
        assert 2020 <= entry["year"] <= 2026
        assert entry["results_source"]
        assert 2020 <= entry["results_year"] <= 2026
        assert entry["user"] in ("address", "local_part", "id")
        assert entry["secret"] in ("password", "app_password", "oauth")
        assert any(sign > "\u3000" for sign in entry["ja"])
        assert entry["en"].isascii() or "Eメール" in entry["en"]
        assert entry["secret"] != "oauth" or entry["oauth"] in ("google", "microsoft")


@pytest.mark.parametrize(
    ("address", "name", "user"),
    [
        ("taro@gmail.com", "Gmail", "taro@gmail.com"),
        ("taro@GMAIL.com", "Gmail", "taro@GMAIL.com"),
        ("taro@icloud.com", "iCloud", "taro"),
        ("taro@yahoo.co.jp", "Yahoo! JAPAN", "taro"),
        ("taro@docomo.ne.jp", "docomo", None),
        ("taro@au.com", "au", None),
        ("taro@ezweb.ne.jp", "au", None),
        ("taro@i.softbank.jp", "SoftBank", "taro"),
        ("taro@aa2.so-net.ne.jp", "So-net", "taro@aa2.so-net.ne.jp"),
        ("taro@circus.ocn.ne.jp", "OCN", "taro@circus.ocn.ne.jp"),
        ("taro@mub.biglobe.ne.jp", "BIGLOBE", "taro@mub.biglobe.ne.jp"),
        ("taro@nifty.com", "nifty", "taro@nifty.com"),
    ],
)
def test_a_provider_is_known_by_the_address(address: str, name: str, user: str | None) -> None:
    known = provider_of_address(address, TABLE)
    assert known is not None
    assert (known.name, known.user_for(address)) == (name, user)


@pytest.mark.parametrize("address", ["taro@example.jp", "taro@notgmail.com", "taro@gmail.com.evil.example", "taro"])
def test_others_are_not_known(address: str) -> None:
    assert provider_of_address(address, TABLE) is None


def test_an_own_domain_at_a_known_server_is_known() -> None:
    known = provider_of_host("IMAP.Gmail.com", TABLE)
    assert known is not None
    assert known.name == "Gmail"
    assert all(provider_of_host(known.host, TABLE) == known for known in providers(TABLE))


def test_icloud_s_own_headers_are_all_known() -> None:
    """With one unknown among them, what stands below it would be lost."""
    fields = [f"Authentication-Results: {text}" for text in ICLOUD]
    mailbox = MailboxConfig("home", "imap.mail.me.com", "taro")
    raw = block("amazon.co.jp", *fields) + b"hello\r\n"
    assert received(raw, provider_of(mailbox)).verdict.trust is Trust.AUTHENTICATED
    assert learned(ordinary(*fields), provider_of(mailbox)).found is Found.AS_KNOWN
