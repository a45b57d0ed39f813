"""Nothing secret goes over a connection that is not the right one."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from tests.mailbox.recording import MemoryRecorder
from tests.mailbox.scripted import ScriptedServer, Session
from tests.mailbox.watched import config
from tests.servers import Certificates, make_certificates, openssl
from watcher.errors import CertificateError, MailboxError, NetworkError
from watcher.mailbox.imap import ImapMailbox


def serving(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def certificate_of(folder: Path, ca: Certificates, name: str, *validity: str) -> ssl.SSLContext:
    """A server with a certificate of the CA for one name, valid as said."""
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl(folder, "req", *curve, "-subj", "/CN=x", "-keyout", "x.key", "-out", "x.csr")
    (folder / "ext").write_text(f"subjectAltName={name}\n")
    openssl(
        folder, "x509", "-req", "-in", "x.csr", "-CA", str(ca.ca), "-CAkey", str(ca.ca.with_name("ca.key")),
        "-CAserial", str(folder / "serial"), "-CAcreateserial", "-extfile", "ext", "-out", "x.pem", *validity,
    )  # fmt: skip
    return serving(folder / "x.pem", folder / "x.key")


def refused(context: ssl.SSLContext, ca: Path | None) -> MailboxError:
    with ScriptedServer(tls=context) as server:
        with pytest.raises(MailboxError) as caught:
            ImapMailbox(config(server, security="tls", ca_file=ca), MemoryRecorder()).check()
        assert not server.log, "something was sent"
    return caught.value


def test_a_certificate_for_another_name(certificates: Certificates, tmp_path: Path) -> None:
    error = refused(certificate_of(tmp_path, certificates, "DNS:evil.example", "-days", "1"), certificates.ca)
    assert isinstance(error, CertificateError)
    assert "127.0.0.1" in str(error)


def test_a_certificate_that_has_expired(certificates: Certificates, tmp_path: Path) -> None:
    context = certificate_of(tmp_path, certificates, "IP:127.0.0.1", "-days", "-1")
    error = refused(context, certificates.ca)
    assert isinstance(error, CertificateError)
    assert "expired" in str(error)


def test_a_certificate_of_an_unknown_authority(certificates: Certificates, tmp_path: Path) -> None:
    other = make_certificates(tmp_path)
    for ca in (None, certificates.ca):
        assert isinstance(refused(serving(other.certificate, other.key), ca), CertificateError)


def test_tls_below_1_2(certificates: Certificates) -> None:
    context = serving(certificates.certificate, certificates.key)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    assert isinstance(refused(context, certificates.ca), NetworkError)


def test_starttls_refused_by_the_server() -> None:
    def behave(session: Session, tag: bytes, command: bytes, _: bytes) -> bool:
        if command == b"STARTTLS":
            session.send(tag + b" NO not now")
            return True
        return False

    with ScriptedServer(behave, capabilities=b"IMAP4rev1 STARTTLS") as server:
        with pytest.raises(MailboxError):
            ImapMailbox(config(server, security="starttls"), MemoryRecorder()).check()
        assert b"pw1" not in b"".join(server.log)


def test_an_answer_injected_before_the_encryption_is_forgotten(certificates: Certificates) -> None:
    """Whatever came in clear behind the OK to STARTTLS must not be taken for an answer over TLS."""
    context = serving(certificates.certificate, certificates.key)

    def behave(session: Session, tag: bytes, command: bytes, _: bytes) -> bool:
        if command != b"STARTTLS":
            return False
        session.send(tag + b" OK go", b"* CAPABILITY IMAP4rev1 LOGINDISABLED INJECTED")
        session.go_on_encrypted(context)
        return True

    with ScriptedServer(behave, capabilities=b"IMAP4rev1 STARTTLS IDLE") as server:
        server.uids = [1]
        recorder = MemoryRecorder()
        ImapMailbox(config(server, security="starttls", ca_file=certificates.ca), recorder).check()
        assert len(recorder.mails) == 1
        assert server.commands().index("STARTTLS") < server.commands().index("LOGIN")
