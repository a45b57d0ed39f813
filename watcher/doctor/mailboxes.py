"""Each mailbox, step by step from its name to its mails. Reads only: EXAMINE and BODY.PEEK, as the watcher does."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from watcher.assembly import provider_of
from watcher.config import Config, MailboxConfig
from watcher.doctor.finding import Finding, fail, ok, warn
from watcher.doctor.stored import health_of
from watcher.errors import (
    CertificateError,
    CredentialError,
    FolderError,
    LoginError,
    MailboxError,
    MissingExtraError,
    ThrottledError,
)
from watcher.mailbox.connection import close, connect, log_in, tls_context, within
from watcher.mailbox.credentials import Credential
from watcher.mailbox.failures import classified
from watcher.mailbox.folders import resolve
from watcher.mailbox.wire import Wire
from watcher.messages.authentication_results import own_results
from watcher.messages.headers import split
from watcher.messages.learned_id import propose
from watcher.messages.message import Provider
from watcher.signing_in import secrets_of

CONNECT_SECONDS = 10.0
EXPIRES_SOON = timedelta(days=14)
LATEST = 40
"""How many of the newest mails are looked at for Authentication-Results."""
CLOCK_BEHIND = timedelta(minutes=5)
SILENT = timedelta(hours=1)
_LOG_IN = "`konbini login`"


def mailbox(config: Config, box: MailboxConfig, now: datetime) -> Iterator[Finding]:
    """All there is to say about one mailbox; what comes after a failed step is not tried."""
    yield from _reach(box, now, partial(secrets_of(config, lambda: now), box))
    yield from _last_seen(config, box, now)


def _reach(box: MailboxConfig, now: datetime, secret: Callable[[], Credential]) -> Iterator[Finding]:
    name = box.name
    try:
        found = socket.getaddrinfo(box.host, box.port, type=socket.SOCK_STREAM)
    except OSError:
        yield fail(75, "mailbox.dns", "dns_fails", name, host=box.host)
        return
    yield ok("mailbox.dns", "dns_good", name, host=box.host, count=len({one[4][0] for one in found}))
    try:
        plain = socket.create_connection((box.host, box.port), CONNECT_SECONDS)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        yield fail(75, "mailbox.connection", "connection_fails", name, host=box.host, port=box.port, error=reason)
        return
    yield ok("mailbox.connection", "connection_good", name, host=box.host, port=box.port)
    if box.security == "tls":
        try:
            with tls_context(box.ca_file).wrap_socket(plain, server_hostname=box.host) as secure:
                yield _certificate(secure, box, now)
        except ssl.SSLCertVerificationError as error:
            yield fail(75, "mailbox.tls", "certificate_refused", name, host=box.host, error=error.verify_message)
            return
        except OSError as error:
            yield fail(75, "mailbox.tls", "tls_fails", name, host=box.host, error=type(error).__name__)
            return
    plain.close()
    yield from _log_in(box, now, secret)


def _certificate(secure: ssl.SSLSocket, box: MailboxConfig, now: datetime) -> Finding:
    certificate = secure.getpeercert() or {}
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate.get("notAfter", ""))), UTC)
    values = {"version": secure.version() or "?", "until": f"{until:%Y-%m-%d}"}
    if until - now < EXPIRES_SOON:
        return warn("mailbox.tls", "certificate_expires", box.name, **values)
    return ok("mailbox.tls", "tls_good", box.name, **values)


def _log_in(box: MailboxConfig, now: datetime, secret: Callable[[], Credential]) -> Iterator[Finding]:
    name = box.name
    client: Wire | None = None
    given: Credential | None = None
    try:
        given = secret()
        client = connect(box)
        if box.security == "starttls":
            sock = client.socket()
            if isinstance(sock, ssl.SSLSocket):
                yield _certificate(sock, box, now)
        with within(client):
            log_in(client, box, given)
        yield ok("mailbox.login", "login_good", name)
        yield from _inside(client, box, now)
    except (CredentialError, MissingExtraError) as error:
        yield fail(error.exit_code, "mailbox.login", "no_secret", name, error=error, hint=error.hint or _LOG_IN)
    except Exception as error:  # noqa: BLE001 (whatever a connection raises has its class there)
        refusal = classified(error, box.host)
        if isinstance(refusal, LoginError) and given is not None and given.renew is not None:
            yield from _log_in(box, now, partial(_instead_of, given))
        else:
            yield _refused(refusal, box)
    finally:
        if client is not None:
            close(client)


def _instead_of(refused: Credential) -> Credential:
    """Another token after a refusal, as the watcher asks for one; the same again where there is no other."""
    other = refused.renew() if refused.renew is not None else None
    return replace(other or refused, renew=None)


def _refused(error: MailboxError, box: MailboxConfig) -> Finding:
    fact = "login_refused" if isinstance(error, LoginError) else "server_refuses"
    if isinstance(error, CertificateError):
        fact = "certificate_refused"
    elif isinstance(error, ThrottledError):
        fact = "server_busy"
    return fail(error.exit_code, "mailbox.login", fact, box.name, host=box.host, error=error)


def _inside(client: Wire, box: MailboxConfig, now: datetime) -> Iterator[Finding]:
    yield from _folders(client, box)
    if client.has_capability("IDLE"):
        yield ok("mailbox.idle", "idle_offered", box.name)
    else:
        yield warn("mailbox.idle", "idle_not_offered", box.name, minutes=box.poll_minutes)
    with within(client):
        client.select_folder("INBOX", readonly=True)
        since = (now - timedelta(days=30)).date()
        newest = sorted(int(uid) for uid in client.search(["SINCE", since]))[-LATEST:]
    rows = {}
    if newest:
        with within(client):
            rows = client.fetch(newest, ["BODY.PEEK[HEADER]", "INTERNALDATE"])
    received = [row[b"INTERNALDATE"] for row in rows.values() if isinstance(row.get(b"INTERNALDATE"), datetime)]
    aware = [moment if moment.tzinfo else moment.replace(tzinfo=UTC) for moment in received]
    if aware and max(aware) - now > CLOCK_BEHIND:
        yield fail(1, "clock", "clock_behind_mail", box.name, minutes=int((max(aware) - now).total_seconds() // 60))
    blocks = [value for row in rows.values() for key, value in row.items() if key.upper().startswith(b"BODY[HEADER")]
    yield _authserv_id([block for block in blocks if isinstance(block, bytes)], box, provider_of(box))


def _folders(client: Wire, box: MailboxConfig) -> Iterator[Finding]:
    """Folders by configuration; the names of others are nobody's business."""
    there: list[str] = []
    for wanted in box.folders:
        try:
            found = resolve(client, [wanted])
        except FolderError:
            yield fail(78, "mailbox.folders", "folder_absent", box.name, folder=wanted)
            continue
        if wanted.startswith("\\") and found == ["INBOX"]:
            yield warn("mailbox.folders", "special_folder_absent", box.name, folder=wanted)
        else:
            there += found
    if there:
        yield ok("mailbox.folders", "folders_good", box.name, folders=", ".join(dict.fromkeys(there)))


def _authserv_id(blocks: Sequence[bytes], box: MailboxConfig, provider: Provider) -> Finding:
    """Whether the newest mails carry what their trust is judged by."""
    check, accepted = "mailbox.authserv_id", ", ".join(provider.authserv_ids)
    if not blocks:
        return ok(check, "authserv_no_mails", box.name)
    headers = [split(block)[0] for block in blocks]
    own = sum(bool(own_results(each, provider)) for each in headers)
    if own:
        return ok(check, "authserv_good", box.name, id=accepted or "-", count=own, of=len(blocks))
    # An id that only some sender may have written is never named: the advice is to believe what is named.
    domains = (address.rpartition("@")[2] for address in (box.user, *box.forwarders) if "@" in address)
    proposal = propose(reversed(blocks), Provider(), (box.host, *domains))
    if proposal.authserv_id is None or not proposal.akin:
        return warn(check, "authserv_none", box.name, of=len(blocks))
    fact = "authserv_other" if accepted or provider.without_id else "authserv_unknown"
    return warn(check, fact, box.name, id=accepted or "-", seen=proposal.authserv_id)


def _last_seen(config: Config, box: MailboxConfig, now: datetime) -> Iterator[Finding]:
    health = health_of(config, box.name)
    if health is None or health.reached_at is None:
        yield ok("mailbox.last", "never_reached", box.name)
        return
    values = {"reached": _local(health.reached_at), "mail": _local(health.last_mail_at) if health.last_mail_at else "-"}
    old = now - health.reached_at > max(SILENT, 2 * timedelta(minutes=box.poll_minutes))
    yield (
        warn("mailbox.last", "last_old", box.name, **values)
        if old
        else ok("mailbox.last", "last_good", box.name, **values)
    )


def _local(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"
