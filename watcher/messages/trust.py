"""Is a mail from whom it says it is from? Exactly one of three answers, with its reason.

A From header proves nothing. The account's own provider saw how the mail came in, and wrote down what it
found (RFC 8601); a domain that it found is compared with amazon.co.jp, to the letter.
"""

from __future__ import annotations

import re

from watcher.messages.authentication_results import Result, own_results
from watcher.messages.dkim_check import check_dkim
from watcher.messages.headers import Header, values
from watcher.messages.message import AMAZON, Address, Reception, Trust, Verdict
from watcher.messages.posing import is_amazon_elsewhere, posing

_SIGNER = re.compile(rb"(?:^|;)\s*d\s*=\s*([^;\s]+)")
_AMAZON_SES = "amazonses.com"


def is_aligned(domain: str | None, organisation: str = AMAZON) -> bool:
    """Whether a domain is the organisation's own: equal, or a subdomain."""
    if domain is None:
        return False
    name = domain.lower().rstrip(".")
    return name == organisation or name.endswith(f".{organisation}")


def judge(headers: tuple[Header, ...], senders: tuple[Address, ...], raw: bytes, reception: Reception) -> Verdict:
    """What is believed about the sender.

    Args:
        headers: of the message, from the top.
        senders: every address of every From header.
        raw: the untouched message, for our own DKIM check.
        reception: whose Authentication-Results count, and DNS.
    """
    results = own_results(headers, reception.provider)
    fields = sum(1 for _ in values(headers, "from"))
    if fields == 1 and len(senders) == 1:
        sender = senders[0]
        if sender.is_amazon:
            return _judge_amazon(headers, results, raw, reception)
        return _judge_stranger(sender, results)
    if any(sender.is_amazon or posing(sender) for sender in senders):
        return Verdict(Trust.FORGED, "several_senders")
    return Verdict(Trust.UNVERIFIED, "several_senders" if senders else "no_sender")


def _judge_stranger(sender: Address, results: tuple[Result, ...]) -> Verdict:
    if is_amazon_elsewhere(sender.domain) and _aligned_pass(results, sender.domain):
        return Verdict(Trust.UNVERIFIED, "another_amazon")
    reason = posing(sender)
    if reason:
        return Verdict(Trust.FORGED, reason)
    return Verdict(Trust.UNVERIFIED, "not_amazon")


def _judge_amazon(
    headers: tuple[Header, ...], results: tuple[Result, ...], raw: bytes, reception: Reception
) -> Verdict:
    dmarc = next((result.result for result in results if result.method == "dmarc"), None)
    if dmarc == "fail":
        return Verdict(Trust.FORGED, "dmarc_fail", "dmarc")
    method = _aligned_pass(results, AMAZON)
    if method:
        return Verdict(Trust.AUTHENTICATED, f"{method}_pass", method)
    signed = is_signed_by_amazon(headers, results)
    if dmarc in (None, "none"):
        forged = _forged_without_dmarc(results, signed)
        if forged:
            return forged
    if not any(result.method in ("dmarc", "dkim", "spf") for result in results):
        return check_dkim(headers, raw, reception.lookup_txt) or Verdict(Trust.UNVERIFIED, "no_results")
    if _passed_domains(results) == {_AMAZON_SES} and not signed:
        return Verdict(Trust.UNVERIFIED, "amazonses_only")
    return Verdict(Trust.UNVERIFIED, "no_aligned_pass")


def _forged_without_dmarc(results: tuple[Result, ...], signed: bool) -> Verdict | None:
    if signed:
        return None
    spf = next((result.result for result in results if result.method == "spf"), None)
    if spf in ("fail", "softfail", "hardfail"):
        return Verdict(Trust.FORGED, "spf_fail", "spf")
    passed = _passed_domains(results)
    if passed and passed != {_AMAZON_SES}:
        return Verdict(Trust.FORGED, "foreign_pass")
    return None


def _aligned_pass(results: tuple[Result, ...], organisation: str) -> str | None:
    """The method that passed for a domain of the organisation, the strongest first; or None."""
    for method in ("dmarc", "dkim", "spf"):
        for result in results:
            if result.method == method and result.result == "pass" and _speaks_for(result, organisation):
                return method
    return None


def _speaks_for(result: Result, organisation: str) -> bool:
    if result.method == "dmarc":
        named = result.domain("header.from")
        return named is None or is_aligned(named, organisation)
    if result.method == "dkim":
        signer, identity = result.domain("header.d"), result.domain("header.i")
        return is_aligned(signer or identity, organisation) and is_aligned(identity or signer, organisation)
    return is_aligned(_envelope_domain(result), organisation)


def _envelope_domain(result: Result) -> str | None:
    return result.domain("smtp.mailfrom", "smtp.mfrom", "smtp.envelope-from", "envelope.from", "mailfrom")


def _passed_domains(results: tuple[Result, ...]) -> set[str]:
    """Domains for which dkim or spf passed; ``amazonses.com`` stands for its subdomains too."""
    domains: set[str] = set()
    for result in results:
        if result.result != "pass" or result.method not in ("dkim", "spf"):
            continue
        dkim = result.method == "dkim"
        domain = result.domain("header.d", "header.i") if dkim else _envelope_domain(result)
        if domain:
            domains.add(_AMAZON_SES if is_aligned(domain, _AMAZON_SES) else domain)
    return domains


def is_signed_by_amazon(headers: tuple[Header, ...], results: tuple[Result, ...]) -> bool:
    """Whether the mail carries a signature that says it is amazon.co.jp's, valid or not."""
    for value in values(headers, "dkim-signature"):
        signer = _SIGNER.search(value[:8192])
        if signer and is_aligned(signer[1].decode("latin-1")):
            return True
    return any(result.method == "dkim" and is_aligned(result.domain("header.d", "header.i")) for result in results)
