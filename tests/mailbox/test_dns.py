"""DNS is asked once for each name, and its silence is not a "no"."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.resolver
import pytest

from watcher.mailbox.dns import txt_lookup


@contextmanager
def name_server(answer: bytes | None) -> Iterator[list[bytes]]:
    """A DNS server on loopback that gives one TXT record, says that there is none, or (None) says nothing."""
    asked: list[bytes] = []
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    sock.settimeout(0.2)
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                query, client = sock.recvfrom(4096)
            except TimeoutError:
                continue
            asked.append(query)
            question = query[12 : query.index(b"\0", 12) + 5]
            if answer is None:
                continue
            code = 0x8180 if answer else 0x8183
            head = query[:2] + struct.pack(">HHHHH", code, 1, 1 if answer else 0, 0, 0)
            record = b"\xc0\x0c" + struct.pack(">HHIH", 16, 1, 60, len(answer) + 1) + bytes([len(answer)]) + answer
            sock.sendto(head + question + (record if answer else b""), client)

    thread = threading.Thread(target=serve)
    thread.start()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    resolver.port = sock.getsockname()[1]
    before = dns.resolver.default_resolver
    dns.resolver.default_resolver = resolver
    try:
        yield asked
    finally:
        dns.resolver.default_resolver = before
        stop.set()
        thread.join()
        sock.close()


def test_a_key_is_asked_for_once_an_hour() -> None:
    now = [0.0]
    with name_server(b"v=DKIM1; p=x") as asked:
        look_up = txt_lookup(clock=lambda: now[0])
        assert look_up is not None
        for _ in range(3):
            assert look_up("s._domainkey.amazon.co.jp") == (b"v=DKIM1; p=x",)
        assert len(asked) == 1
        now[0] = 3601
        look_up("s._domainkey.amazon.co.jp")
        assert len(asked) == 2


def test_no_such_record_is_a_no() -> None:
    with name_server(b""):
        look_up = txt_lookup()
        assert look_up is not None
        with pytest.raises(LookupError):
            look_up("s._domainkey.amazon.co.jp")


def test_silence_is_not_a_no() -> None:
    with name_server(None):
        look_up = txt_lookup(timeout=0.3)
        assert look_up is not None
        with pytest.raises(TimeoutError):
            look_up("s._domainkey.amazon.co.jp")
