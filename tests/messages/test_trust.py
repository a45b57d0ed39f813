"""Who is believed, and why: one row for each way a mail can come in."""

from __future__ import annotations

import pytest

from tests.messages.mails import GENUINE_FROM, OWN, mail, received
from tests.messages.test_dkim_check import CASES
from watcher.cli.words.reasons import REASONS
from watcher.messages.message import Provider, Trust

A, U, F = Trust.AUTHENTICATED, Trust.UNVERIFIED, Trust.FORGED
AR = "Authentication-Results: mx.example.jp; "
DMARC = "dmarc=pass header.from=amazon.co.jp"
SIGNED = "DKIM-Signature: v=1; a=rsa-sha256; d=amazon.co.jp; s=x; h=From:Subject; bh=a; b=b"

FROM_AMAZON: list[tuple[str, list[str], Trust, str]] = [
    # -- what the own provider found
    ("dmarc pass", [AR + DMARC], A, "dmarc_pass"),
    ("dmarc pass of a subdomain", [AR + "dmarc=pass header.from=m.marketplace.amazon.co.jp"], A, "dmarc_pass"),
    ("dkim pass by d", [AR + "dkim=pass header.d=amazon.co.jp"], A, "dkim_pass"),
    ("dkim pass by i", [AR + "dkim=pass header.i=@amazon.co.jp"], A, "dkim_pass"),
    ("dkim pass by i of a subdomain", [AR + "dkim=pass header.i=@bounces.amazon.co.jp"], A, "dkim_pass"),
    ("spf pass, aligned", [AR + "spf=pass smtp.mailfrom=2026x@bounces.amazon.co.jp"], A, "spf_pass"),
    ("spf pass, mfrom", [AR + "sender-id=pass header.from=amazon.co.jp; spf=pass smtp.mfrom=x@bounces.amazon.co.jp"],
     A, "spf_pass"),
    ("spf pass, domain only", [AR + "spf=pass smtp.mailfrom=bounces.amazon.co.jp"], A, "spf_pass"),
    ("upper case and final dot", [AR + "dkim=pass header.d=AMAZON.CO.JP."], A, "dkim_pass"),
    ("two signatures, amazonses first", [AR + "dkim=pass header.i=@amazonses.com; dkim=pass header.i=@amazon.co.jp"],
     A, "dkim_pass"),
    ("dmarc none, dkim aligned", [AR + "dmarc=none; dkim=pass header.d=amazon.co.jp"], A, "dkim_pass"),
    ("version behind the id", ["Authentication-Results: mx.example.jp 1; " + DMARC], A, "dmarc_pass"),
    ("id in capitals", ["Authentication-Results: MX.Example.JP; " + DMARC], A, "dmarc_pass"),
    ("trailing semicolon", [AR + DMARC + ";"], A, "dmarc_pass"),
    ("folded", ["Authentication-Results: mx.example.jp;\r\n\tdkim=fail header.d=amazon.co.jp;\r\n\t" + DMARC], A,
     "dmarc_pass"),
    ("comments between", [AR + "dmarc=pass (p=QUARANTINE (sp=x) dis=NONE) header.from=amazon.co.jp"], A, "dmarc_pass"),
    ("two own headers", [AR + "spf=pass smtp.mailfrom=a@b.example", AR + DMARC], A, "dmarc_pass"),
    ("reason in quotes", [AR + 'dmarc=pass reason="all; dmarc=fail" header.from=amazon.co.jp'], A, "dmarc_pass"),
    # -- forged
    ("dmarc fail", [AR + "dmarc=fail header.from=amazon.co.jp"], F, "dmarc_fail"),
    ("dmarc fail beats dkim pass", [AR + "dkim=pass header.d=amazon.co.jp; dmarc=fail"], F, "dmarc_fail"),
    ("dmarc fail beats spf pass", [AR + "spf=pass smtp.mailfrom=a@amazon.co.jp; dmarc=fail"], F, "dmarc_fail"),
    ("dmarc fail though a signature is there", [SIGNED, AR + "dmarc=fail"], F, "dmarc_fail"),
    ("topmost dmarc counts", [AR + "dmarc=fail", AR + DMARC], F, "dmarc_fail"),
    ("spf softfail, unsigned", [AR + "spf=softfail smtp.mailfrom=a@evil.example"], F, "spf_fail"),
    ("spf fail, unsigned", [AR + "spf=fail smtp.mailfrom=a@amazon.co.jp; dkim=none"], F, "spf_fail"),
    ("spf fail, signed by amazonses only", [AR + "spf=fail; dkim=pass header.d=amazonses.com"], F, "spf_fail"),
    ("foreign dkim only", [AR + "dkim=pass header.d=evil.example"], F, "foreign_pass"),
    ("foreign spf only", [AR + "spf=pass smtp.mailfrom=a@evil.example"], F, "foreign_pass"),
    ("foreign spf beside amazonses", [AR + "spf=pass smtp.mailfrom=a@evil.example; dkim=pass header.d=amazonses.com"],
     F, "foreign_pass"),
    ("look-alike signer", [AR + "dkim=pass header.d=amazon.co.jp.evil.example"], F, "foreign_pass"),
    ("look-alike signer, hyphen", [AR + "dkim=pass header.d=amazon.co.jp-evil.com"], F, "foreign_pass"),
    ("look-alike signer, prefix", [AR + "dkim=pass header.d=evil-amazon.co.jp"], F, "foreign_pass"),
    ("signer co.jp", [AR + "dkim=pass header.d=co.jp"], F, "foreign_pass"),
    ("signer foreign though i is ours", [AR + "dkim=pass header.d=evil.example header.i=@amazon.co.jp"], F,
     "foreign_pass"),
    ("address in the local part", [AR + 'spf=pass smtp.mailfrom="x@amazon.co.jp"@evil.example'], F, "foreign_pass"),
    ("dmarc for another domain", [AR + "dmarc=pass header.from=evil.example; spf=pass smtp.mailfrom=a@evil.example"],
     U, "no_aligned_pass"),
    # -- nothing can be said
    ("nothing written", [], U, "no_results"),
    ("none", [AR + "none"], U, "no_results"),
    ("amazonses only", [AR + "dkim=pass header.i=@amazonses.com"], U, "amazonses_only"),
    ("amazonses by dkim and spf", [AR + "dkim=pass header.d=amazonses.com; spf=pass smtp.mailfrom=a@us.amazonses.com"],
     U, "amazonses_only"),
    ("list footer broke the signature",
     [SIGNED, AR + "dkim=fail header.d=amazon.co.jp; spf=pass smtp.mailfrom=l@ml.jp"], U, "no_aligned_pass"),
    ("subject tag, signature named by the result", [AR + "dkim=fail header.i=@amazon.co.jp; spf=softfail"], U,
     "no_aligned_pass"),
    ("dmarc temperror", [AR + "dmarc=temperror; spf=softfail"], U, "no_aligned_pass"),
    ("spf neutral", [AR + "spf=neutral"], U, "no_aligned_pass"),
    ("spf temperror", [AR + "spf=temperror"], U, "no_aligned_pass"),
    # -- headers that do not count
    ("other id", ["Authentication-Results: mx.evil.example; " + DMARC], U, "no_results"),
    ("id with suffix", ["Authentication-Results: mx.example.jp.evil.example; " + DMARC], U, "no_results"),
    ("id with prefix", ["Authentication-Results: evil.mx.example.jp; " + DMARC], U, "no_results"),
    ("own below a foreign one", ["Authentication-Results: x.example; spf=pass", AR + DMARC], U, "no_results"),
    ("unparsable on top", [AR + 'dmarc=pass "', AR + DMARC], U, "no_results"),
    ("comment never ends", [AR + "(" + DMARC, AR + DMARC], U, "no_results"),
    ("own below a hop of somebody else", [AR + "spf=none", "Received: from a by mail.evil.example", AR + DMARC], U,
     "no_aligned_pass"),
    ("own below an own hop", [AR + "spf=none", "Received: from a by in2.example.jp; x", AR + DMARC], A, "dmarc_pass"),
    ("pass in a comment", [AR + "spf=none (dmarc=pass header.from=amazon.co.jp)"], U, "no_aligned_pass"),
    ("pass in a quoted string", [AR + 'spf=none reason="; dmarc=pass header.from=amazon.co.jp"'], U,
     "no_aligned_pass"),
    ("pass in the envelope", [AR + "spf=none smtp.mailfrom=dmarc=pass@evil.example"], U, "no_aligned_pass"),
    ("ARC is not it", ["ARC-Authentication-Results: i=1; mx.example.jp; " + DMARC], U, "no_results"),
    ("Outlook's form elsewhere", ["Authentication-Results: " + DMARC], U, "no_results"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "trust", "reason"), [row[1:] for row in FROM_AMAZON], ids=[r[0] for r in FROM_AMAZON]
)
def test_mail_with_amazons_address(fields: list[str], trust: Trust, reason: str) -> None:
    verdict = received(mail(*fields, GENUINE_FROM)).verdict
    assert (verdict.trust, verdict.reason) == (trust, reason)


SENDERS: list[tuple[str, str, Trust, str]] = [
    ("suffix", "<a@amazon.co.jp.evil.example>", F, "amazon_inside_domain"),
    ("prefix", "<a@evil-amazon.co.jp>", F, "look_alike_domain"),
    ("hyphens", "<a@amazon-co-jp.example>", F, "look_alike_domain"),
    ("hyphen behind", "<a@amazon.co.jp-evil.example>", F, "look_alike_domain"),
    ("inside", "<no_reply@mail.amazon.service.co.jp>", F, "look_alike_domain"),
    ("digit", "<a@amaz0n.co.jp>", F, "look_alike_domain"),
    ("rn for m", "<a@arnazon.co.jp>", F, "homograph_domain"),
    ("misspelt", "<a@amazom.co.jp>", F, "misspelt_domain"),
    ("swapped", "<a@amaozn.co.jp>", F, "misspelt_domain"),
    ("cyrillic", "<a@аmazon.co.jp>", F, "homograph_domain"),
    ("punycode", "<a@xn--mazon-3ve.co.jp>", F, "homograph_domain"),
    ("display name", '"Amazon.co.jp" <server@signin.example>', F, "display_name"),
    ("full width name", '"Ａｍａｚｏｎ．ｃｏ．ｊｐ" <a@evil.example>', F, "display_name"),
    ("encoded name", "=?UTF-8?B?QW1hem9u?= <a@evil.example>", F, "display_name"),
    ("kana name", "アマゾン <a@evil.example>", F, "display_name"),
    ("service name", "Amazonカスタマーサービス <a@evil.example>", F, "display_name"),
    ("address as name", '"order-update@amazon.co.jp" <a@evil.example>', F, "address_as_name"),
    ("unquoted spoof", "order-update@amazon.co.jp <a@evil.example>", F, "address_as_name"),
    ("comment", "a@evil.example (Amazon.co.jp)", F, "display_name"),
    ("comment beside a name", "Shop <a@evil.example> (Amazon)", F, "display_name"),
    ("group", "Amazon.co.jp: a@evil.example;", F, "display_name"),
    ("two addresses", "<order-update@amazon.co.jp>, <a@evil.example>", F, "several_senders"),
    ("two angles", "<a@evil.example> <order-update@amazon.co.jp>", F, "several_senders"),
    ("amazon in the local part", "<amazon.co.jp@evil.example>", F, "display_name"),
    ("somebody else", "Taro <taro@example.com>", U, "not_amazon"),
    ("a river", '"Friends of the Amazon river" <info@river.example>', U, "not_amazon"),
    ("amazonia", "Amazonia Travel <info@amazonia.example>", U, "not_amazon"),
    ("amazon.com", "Amazon.com <a@amazon.com>", U, "not_amazon"),
    ("AWS", "AWS <a@amazonaws.com>", U, "not_amazon"),
    ("nobody", "", U, "no_sender"),
]  # fmt: skip


@pytest.mark.parametrize(("sender", "trust", "reason"), [row[1:] for row in SENDERS], ids=[row[0] for row in SENDERS])
def test_mail_from_elsewhere(sender: str, trust: Trust, reason: str) -> None:
    passing = AR + "spf=pass smtp.mailfrom=a@evil.example; dkim=pass header.d=evil.example"
    message = received(mail(passing, f"From: {sender}"))
    assert (message.verdict.trust, message.verdict.reason) == (trust, reason)
    assert message.verdict.trust is not Trust.AUTHENTICATED


def test_two_from_headers_are_nobody() -> None:
    message = received(mail(AR + DMARC, GENUINE_FROM, "From: <a@evil.example>"))
    assert message.verdict.trust is Trust.FORGED
    assert not message.from_amazon


def test_an_authenticated_amazon_com_does_not_pose() -> None:
    message = received(mail(AR + "dkim=pass header.d=amazon.com", 'From: "Amazon" <a@amazon.com>'))
    assert (message.verdict.trust, message.verdict.reason) == (U, "another_amazon")


def test_outlook_names_nobody_and_counts_on_top_only() -> None:
    outlook = Provider(without_id=True)
    own = "Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=bounces.amazon.co.jp; dkim=pass"
    own += " (signature was verified) header.d=amazon.co.jp;dmarc=pass action=none header.from=amazon.co.jp;"
    assert received(mail(own, GENUINE_FROM), outlook).verdict.trust is A
    foreign = "Authentication-Results: x.example; spf=none"
    assert received(mail(foreign, own, GENUINE_FROM), outlook).verdict.trust is U


def test_no_provider_no_trust() -> None:
    assert received(mail(AR + DMARC, GENUINE_FROM), Provider()).verdict.trust is U


def test_ids_of_one_provider_may_be_several() -> None:
    icloud = Provider(("dmarc.icloud.com", "spf.icloud.com"))
    fields = ["Authentication-Results: spf.icloud.com; spf=none", f"Authentication-Results: dmarc.icloud.com; {DMARC}"]
    assert received(mail(*fields, GENUINE_FROM), icloud).verdict.trust is A


def test_hosts_below_a_domain() -> None:
    hosts = Provider(("@messagingengine.com",))
    assert (
        received(mail(f"Authentication-Results: mx3.messagingengine.com; {DMARC}", GENUINE_FROM), hosts).verdict.trust
        is A
    )
    assert (
        received(mail(f"Authentication-Results: xmessagingengine.com; {DMARC}", GENUINE_FROM), hosts).verdict.trust is U
    )


def test_old_yahoo_form_with_a_property_on_its_own() -> None:
    field = AR.replace("mx.example.jp;", "mx.example.jp from=amazon.co.jp;")
    field += "domainkeys=neutral (no sig); dkim=pass (ok); header.i=@amazon.co.jp"
    assert received(mail(field, GENUINE_FROM)).verdict.trust is A


def test_a_table_of_at_least_sixty() -> None:
    assert len(FROM_AMAZON) + len(SENDERS) >= 60
    assert OWN.authserv_ids == ("mx.example.jp",)


def test_every_reason_has_its_sentence() -> None:
    reasons = {row[3] for row in (*FROM_AMAZON, *SENDERS)} | {row[3] for row in CASES}
    reasons |= {"another_amazon", "forwarded", "dns_unavailable", "unreadable"}
    assert reasons <= set(REASONS)
    for english, japanese in REASONS.values():
        assert english != japanese
        assert english.isascii()
        assert any(sign > "\u3040" for sign in japanese)
