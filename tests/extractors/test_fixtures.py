"""Every mail of ``fixtures/emails`` gives exactly what stands beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fixtures import AUTHSERV_ID, NOW, ROOT, fixtures, name_of
from watcher.assembly import periods_of, phrases
from watcher.cli.contract import message_object
from watcher.config import Config, StoreConfig
from watcher.extractors.extract import extract
from watcher.messages.message import Provider, Reception, Trust, Verdict
from watcher.messages.read import read

MAILS = list(fixtures())
PHRASES = phrases()
PERIODS = periods_of(Config(StoreConfig("sqlite://")))
AT_LEAST_ONE, ANY = ["*"], ["?"]


@pytest.mark.parametrize(("path", "expected"), MAILS, ids=[name_of(path) for path, _ in MAILS])
def test_mail_gives_what_is_expected(path: Path, expected: dict[str, Any]) -> None:
    reception = Reception(NOW, provider=Provider((AUTHSERV_ID,)))
    notice = extract(read(path.read_bytes(), reception), PHRASES)
    found = message_object(str(path.relative_to(ROOT)), notice, PERIODS)
    assert _known(found, expected) == _spelt_out(found, expected)


@pytest.mark.parametrize(
    "path",
    [path for path, expected in MAILS if expected["kind"] in ("other", "not_amazon")],
    ids=name_of,
)
def test_no_number_of_another_mail_becomes_a_parcel_whoever_sent_it(path: Path) -> None:
    """The sender check is switched off: trust must not be what keeps wrong numbers out."""
    message = read(path.read_bytes(), Reception(NOW))
    believed = type(message)(
        message_id=message.message_id,
        senders=message.senders,
        subject=message.subject,
        date=message.date,
        bodies=message.bodies,
        verdict=Verdict(Trust.AUTHENTICATED, "believed_for_this_test"),
        forwarded=message.forwarded,
        problems=message.problems,
    )
    assert extract(believed, PHRASES).readings == ()


def test_there_are_many_and_none_without_expectation() -> None:
    assert len(MAILS) >= 120
    stems = {path.with_suffix("") for path, _ in MAILS}
    assert not [path for path in (ROOT / "fixtures" / "emails").rglob("*.json") if path.with_suffix("") not in stems]


def _known(found: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    """The part of an output that the fixture speaks of; fields may be added to the contract."""
    known = {key: found.get(key) for key in expected}
    if len(found["parcels"]) == len(expected["parcels"]):
        known["parcels"] = [
            {key: parcel.get(key) for key in wanted}
            for parcel, wanted in zip(found["parcels"], expected["parcels"], strict=True)
        ]
    return known


def _spelt_out(found: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    """The expectation; ``["*"]`` stands for at least one problem, ``["?"]`` for any number of them."""
    if expected["problems"] == ANY or (expected["problems"] == AT_LEAST_ONE and found["problems"]):
        return {**expected, "problems": found["problems"]}
    return expected
