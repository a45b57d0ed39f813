"""DNS for our own DKIM check: bounded in time, and asked once for each key."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable

from watcher.messages.message import TxtLookup

TIMEOUT = 5.0
KEPT_SECONDS = 3600.0
MAX_KEPT = 256


def txt_lookup(timeout: float = TIMEOUT, clock: Callable[[], float] = time.monotonic) -> TxtLookup | None:
    """A look-up of TXT records through the system's resolvers; None where the extra ``dkim`` is not installed.

    Args:
        timeout: seconds for one look-up, all retries included.
        clock: seconds that only grow; answers are kept for an hour.
    """
    if importlib.util.find_spec("dns") is None:
        return None
    kept: dict[str, tuple[float, tuple[bytes, ...]]] = {}

    def look_up(name: str) -> tuple[bytes, ...]:
        known = kept.get(name)
        if known is not None and clock() - known[0] < KEPT_SECONDS:
            return known[1]
        found = _ask(name, timeout)
        if len(kept) >= MAX_KEPT:
            kept.clear()
        kept[name] = (clock(), found)
        return found

    return look_up


def _ask(name: str, timeout: float) -> tuple[bytes, ...]:
    import dns.exception
    import dns.resolver

    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=timeout)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer) as error:
        raise LookupError(name) from error
    except (dns.exception.DNSException, OSError) as error:
        # Silence, refusal and broken answers alike: nothing is known, so nothing is concluded.
        raise TimeoutError(name) from error
    return tuple(b"".join(record.strings) for record in answer)
