"""Signs mails with keys of our own and answers for their DNS."""

from __future__ import annotations

import base64
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

SIGNED = (b"From", b"Reply-To", b"To", b"Message-ID", b"Subject", b"MIME-Version", b"Content-Type", b"Date")
"""What amazon.co.jp's notifications sign (seen April 2021)."""


@dataclass(frozen=True)
class Key:
    private_pem: bytes
    record: bytes


@cache
def key(bits: int = 1024, seed: int = 1) -> Key:
    """An RSA key that is the same in every run. Never use such a key for anything else."""
    numbers = random.Random(seed)
    exponent = 65537
    while True:
        p, q = (_prime(bits // 2, numbers) for _ in range(2))
        phi = (p - 1) * (q - 1)
        if p != q and phi % exponent and (p * q).bit_length() == bits:
            break
    d = pow(exponent, -1, phi)
    private = _sequence(*(_integer(n) for n in (0, p * q, exponent, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))))
    public = _sequence(_integer(p * q), _integer(exponent))
    algorithm = _sequence(bytes.fromhex("06092a864886f70d010101"), b"\x05\x00")
    subject_key = _sequence(algorithm, _der(3, b"\0" + public))
    pem = b"-----BEGIN RSA PRIVATE KEY-----\n" + base64.encodebytes(private) + b"-----END RSA PRIVATE KEY-----\n"
    return Key(pem, b"v=DKIM1; k=rsa; p=" + base64.b64encode(subject_key))


def sign(
    mail: bytes,
    domain: str = "amazon.co.jp",
    *,
    with_key: Key | None = None,
    names: Sequence[bytes] = SIGNED,
    length: bool = False,
    canonicalize: tuple[bytes, bytes] = (b"relaxed", b"simple"),
) -> bytes:
    """The mail with a signature on top, as amazon.co.jp makes them; selector ``test``."""
    import dkim

    signature: bytes = dkim.DKIM(mail).sign(
        b"test",
        domain.encode(),
        (with_key or key()).private_pem,
        canonicalize=canonicalize,
        include_headers=list(names),
        length=length,
    )
    return signature + mail


@dataclass(frozen=True)
class Zone:
    """DNS for one test: TXT records by name; ``down`` answers nothing in time."""

    records: Mapping[str, tuple[bytes, ...]]
    down: bool = False

    def __call__(self, name: str) -> tuple[bytes, ...]:
        if self.down:
            raise TimeoutError(name)
        return self.records[name]


def zone(*domains: str, record: bytes | None = None) -> Zone:
    """DNS with the test key of each domain."""
    return Zone({f"test._domainkey.{domain}": (record or key().record,) for domain in domains})


def _prime(bits: int, numbers: random.Random) -> int:
    while True:
        candidate = numbers.getrandbits(bits) | (3 << (bits - 2)) | 1
        if all(candidate % small for small in (3, 5, 7, 11, 13, 17, 19, 23)) and _is_prime(candidate, numbers):
            return candidate


def _is_prime(candidate: int, numbers: random.Random) -> bool:
    """Miller-Rabin."""
    twos = (candidate - 1 & 1 - candidate).bit_length() - 1
    odd = candidate - 1 >> twos
    for _ in range(12):
        x = pow(numbers.randrange(2, candidate - 1), odd, candidate)
        if x in (1, candidate - 1):
            continue
        if not any((x := x * x % candidate) == candidate - 1 for _ in range(twos - 1)):
            return False
    return True


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes((size,)) if size < 128 else (n := size.to_bytes(2)) and bytes((0x82,)) + n
    return bytes((tag,)) + length + content


def _integer(number: int) -> bytes:
    return _der(2, number.to_bytes(number.bit_length() // 8 + 1))


def _sequence(*items: bytes) -> bytes:
    return _der(0x30, b"".join(items))
