"""On well-formed headers our tolerant reader says what the library authres (RFC 8601 to the letter) says."""

from __future__ import annotations

import authres
from hypothesis import given
from hypothesis import strategies as st

from watcher.messages.authentication_results import parse

_NAMES = st.from_regex(r"[a-z]{1,8}(?:\.[a-z]{2,8}){1,2}", fullmatch=True)
_COMMENTS = st.sampled_from(["", " (policy=none)", " (a (nested) word)", " (dkim=fail header.d=evil.example)"])
_RESULTS = st.one_of(
    st.builds(lambda result, domain: ("dkim", result, f"header.d={domain}"), st.sampled_from(["pass", "fail"]), _NAMES),
    st.builds(
        lambda result, domain: ("spf", result, f"smtp.mailfrom=a@{domain}"),
        st.sampled_from(["pass", "softfail", "none"]),
        _NAMES,
    ),
    st.builds(
        lambda result, domain: ("dmarc", result, f"header.from={domain}"),
        st.sampled_from(["pass", "fail", "none"]),
        _NAMES,
    ),
)


@given(_NAMES, st.lists(st.tuples(_RESULTS, _COMMENTS), min_size=1, max_size=4))
def test_same_results_as_authres(host: str, results: list[tuple[tuple[str, str, str], str]]) -> None:
    value = f"{host}; " + "; ".join(f"{method}={result}{comment} {prop}" for (method, result, prop), comment in results)
    oracle = authres.AuthenticationResultsHeader.parse_value(value)
    ours = parse(value.encode())
    assert ours is not None
    assert ours.authserv_id == oracle.authserv_id
    assert [(found.method, found.result, dict(found.properties)) for found in ours.results] == [
        (found.method, found.result, {f"{prop.type}.{prop.name}": prop.value for prop in found.properties})
        for found in oracle.results
    ]
