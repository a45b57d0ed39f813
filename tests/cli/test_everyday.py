"""Commands of every day: what is next, notes, parcels by hand, the order's page."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import DEMO, Run

ORDER = "250-1234567-7654321"
INQUIRY = "123456789013"


def parcel(konbini: Run, wanted: str = "1") -> dict[str, Any]:
    found = json.loads(konbini("show", wanted, "--json").stdout)
    assert isinstance(found, dict)
    return found


@pytest.fixture
def one(konbini: Run) -> Run:
    """A home with one parcel, entered by hand."""
    done = konbini("add", "--inquiry", INQUIRY, "--auth", "7654321", "--order", ORDER, "--shop", "lawson")
    assert done.returncode == 0, done.stderr
    return konbini


# -- next


def test_nothing_is_next_where_nothing_waits(konbini: Run, tmp_path: Path) -> None:
    done = konbini("next")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.strip()
    done = konbini("next", "--json")
    assert (done.returncode, json.loads(done.stdout), done.stderr) == (0, None, "")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["next", "list", "status"])
@pytest.mark.parametrize("lang", ["C", "ja_JP.UTF-8"])
def test_who_has_set_up_nothing_is_told_how(konbini: Run, tmp_path: Path, command: str, lang: str) -> None:
    done = konbini(command, LANG=lang)
    assert "`konbini init`" in done.stdout + done.stderr
    config = tmp_path / "config.toml"
    config.write_text("")
    done = konbini("--config", str(config), command, LANG=lang)
    assert "`konbini init`" not in done.stdout + done.stderr


def test_next_is_the_card_of_the_first_deadline(konbini: Run) -> None:
    konbini("add", "--inquiry", INQUIRY, "--auth", "7654321", "--deadline", "2097-03-12")
    konbini("add", "--inquiry", "200961185434", "--auth", "1112223", "--deadline", "2097-03-11")
    konbini("add", "--order", "250-7777777-1112224")
    assert json.loads(konbini("next", "--json").stdout) == parcel(konbini, "2")
    assert konbini("next").stdout == konbini("show", "2").stdout
    konbini("collected", "2")
    assert json.loads(konbini("next", "--json").stdout)["id"] == 1


def test_what_is_overdue_comes_after_what_waits(filled: Run) -> None:
    overdue = parcel(filled)
    filled("add", "--inquiry", INQUIRY, "--auth", "7654321", "--deadline", "2097-03-12")
    assert overdue["deadline"] < "2097"
    assert json.loads(filled("next", "--json").stdout)["inquiry_number"] == INQUIRY


# -- note


def test_a_note_is_kept_shown_and_removed(one: Run) -> None:
    assert one("note", "1").stdout == ""
    assert one("note", "1", "傘を", "持っていく").returncode == 0
    assert one("note", "1").stdout == "傘を 持っていく\n"
    assert parcel(one)["note"] == "傘を 持っていく"
    assert json.loads(one("list", "--json").stdout)[0]["note"] == "傘を 持っていく"
    assert "傘を 持っていく" in one("show", "1").stdout
    assert one("note", "1", "--clear").returncode == 0
    assert parcel(one)["note"] is None


def test_a_note_cannot_paint_the_terminal(one: Run) -> None:
    one("note", "1", "\x1b[31mred\u202e")
    assert one("note", "1").stdout == "[31mred\n"
    assert "\x1b" not in one("show", "1").stdout


@pytest.mark.parametrize("arguments", [("1", "text", "--clear"), ("1", " "), ()])
def test_a_note_that_makes_no_sense_is_refused(one: Run, arguments: tuple[str, ...]) -> None:
    assert one("note", *arguments).returncode == 2


# -- add and edit


def test_a_parcel_by_hand(one: Run) -> None:
    found = parcel(one)
    assert {key: found[key] for key in ("status", "inquiry_number", "auth_number", "order_number", "check_digit")} == {
        "status": "ready",
        "inquiry_number": INQUIRY,
        "auth_number": "7654321",
        "order_number": ORDER,
        "check_digit": "valid",
    }
    assert found["pickup_point"] == {"kind": "konbini", "chain": "lawson", "name": None}
    assert found["deadline_source"] == "estimated"
    assert found["next_reminder"] is not None


@pytest.mark.parametrize(
    ("inquiry", "auth", "order"),
    [
        ("1234-5678-9013", "765 4321", "25012345677654321"),
        ("１２３４ ５６７８ ９０１３", "７６５－４３２１", "２５０－１２３４５６７－７６５４３２１"),
        ("1234−5678−9013", "765ー4321", "250‐1234567‐7654321"),
    ],
)
def test_numbers_are_read_as_people_type_them(konbini: Run, inquiry: str, auth: str, order: str) -> None:
    done = konbini("add", "--inquiry", inquiry, "--auth", auth, "--order", order, "--deadline", "２０９７/3/11")
    assert done.returncode == 0, done.stderr
    found = parcel(konbini)
    assert (found["inquiry_number"], found["auth_number"], found["order_number"]) == (INQUIRY, "7654321", ORDER)
    assert (found["deadline"], found["deadline_source"]) == ("2097-03-11", "printed")


@pytest.mark.parametrize("lang", ["C", "ja_JP.UTF-8"])
@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--auth", "7654321"),
        ("--inquiry", "12345678901"),
        ("--inquiry", "XX3456789013"),
        ("--inquiry", INQUIRY, "--auth", "765432"),
        ("--order", "250-1234567-765432"),
        ("--inquiry", INQUIRY, "--shop", "seven"),
        ("--inquiry", INQUIRY, "--deadline", "2026-02-30"),
        ("--inquiry", INQUIRY, "--deadline", "tomorrow"),
        ("--inquiry", INQUIRY, "--deadline", "2020-01-01"),
    ],
)
def test_what_cannot_be_a_parcel_is_refused(konbini: Run, arguments: tuple[str, ...], lang: str) -> None:
    done = konbini("add", *arguments, LANG=lang)
    assert done.returncode == 2
    assert not re.search("[0-9]{6}", done.stderr.replace("250-1234567-7654321", ""))
    assert konbini("list", "--all", "--json").stdout.strip() == "[]"


def test_a_wrong_check_digit_is_said_and_taken(konbini: Run) -> None:
    done = konbini("add", "--inquiry", "123456789012", "--auth", "7654321")
    assert done.returncode == 0
    assert "check digit" in done.stderr
    assert parcel(konbini)["check_digit"] == "invalid"


def test_a_correction_outlives_later_mails_and_a_rescan(konbini: Run) -> None:
    konbini("import", str(DEMO / "1-shipped-lawson.eml"))
    edit = ("--auth", "0000001", "--deadline", "2097-03-11", "--shop", "ministop", "--name", "例町店")
    done = konbini("edit", "1", *edit)
    assert done.returncode == 0, done.stderr
    corrected = {
        "auth_number": "0000001",
        "auth_source": "printed",
        "deadline": "2097-03-11",
        "deadline_source": "printed",
        "pickup_point": {"kind": "konbini", "chain": "ministop", "name": "例町店"},
    }
    for later in (("import", str(DEMO / "2-ready-lawson.eml")), ("rescan",)):
        assert konbini(*later).returncode == 0
        found = parcel(konbini)
        assert found["status"] == "ready" or later[0] != "import"
        assert {key: found[key] for key in corrected} == corrected
    assert len(json.loads(konbini("list", "--all", "--json").stdout)) == 1


def test_a_corrected_inquiry_number_does_not_split_the_parcel(filled: Run) -> None:
    before = parcel(filled)
    assert filled("edit", "1", "--inquiry", INQUIRY).returncode == 0
    filled("import", *(str(path) for path in sorted(DEMO.glob("[124]*.eml"))))
    filled("rescan")
    assert parcel(filled)["inquiry_number"] == INQUIRY
    assert parcel(filled)["order_number"] == before["order_number"]
    assert len(json.loads(filled("list", "--all", "--json").stdout)) == 2


def test_another_chain_does_not_keep_the_shops_name(one: Run) -> None:
    one("edit", "1", "--name", "例町一丁目店")
    assert parcel(one)["pickup_point"] == {"kind": "konbini", "chain": "lawson", "name": "例町一丁目店"}
    one("edit", "1", "--shop", "familymart")
    assert parcel(one)["pickup_point"] == {"kind": "konbini", "chain": "familymart", "name": None}


def test_nothing_to_correct_is_said(one: Run) -> None:
    assert one("edit", "1").returncode == 2


# -- open


def test_the_address_of_the_order(one: Run) -> None:
    done = one("open", "1", "--print")
    assert done.stdout == f"https://www.amazon.co.jp/gp/your-account/order-details?orderID={ORDER}\n"


def test_the_browser_gets_the_address_and_nothing_else(one: Run, tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/opened\n')
    browser.chmod(browser.stat().st_mode | stat.S_IXUSR)
    done = one("open", "1", BROWSER=str(browser))
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "opened").read_text() == one("open", "1", "--print").stdout


def test_without_a_browser_the_address_is_printed(one: Run, tmp_path: Path) -> None:
    done = one("open", "1", BROWSER="/bin/false", PATH=str(tmp_path))
    assert done.returncode == 0
    assert done.stdout == one("open", "1", "--print").stdout
    assert done.stderr.strip()


def test_without_an_order_number_there_is_nothing_to_open(konbini: Run) -> None:
    konbini("add", "--inquiry", INQUIRY, "--auth", "7654321")
    done = konbini("open", "1")
    assert done.returncode == 4
    assert "konbini edit 1 --order" in done.stderr


# -- search


def test_search_finds_past_parcels_and_prints_the_contract(filled: Run) -> None:
    filled("collected", "1")
    found = json.loads(filled("search", "2874 9601", "--json").stdout)
    assert found == [parcel(filled)]
    assert [one["id"] for one in json.loads(filled("search", "ローソン", "--json").stdout)] == [1]
    assert "2874 9601 3582" in filled("search", "２８７４").stdout


def test_a_search_without_result_is_no_error(filled: Run) -> None:
    done = filled("search", "%%%")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.strip()
    assert filled("search", "nothing", "--json").stdout.strip() == "[]"
    assert filled("search", " ").returncode == 2


# -- for scripts


@pytest.mark.parametrize(
    ("command", "changed"),
    [
        (("collected", "1"), ("status", "collected")),
        (("undo", "1"), ("status", "ready")),
        (("confirm", "1"), ("held", False)),
        (("note", "1", "umbrella"), ("note", "umbrella")),
        (("note", "1"), ("note", None)),
        (("edit", "1", "--auth", "1112223"), ("auth_number", "1112223")),
        (("snooze", "1"), ("id", 1)),
    ],
)
def test_what_a_command_made_of_a_parcel_can_be_read_by_a_script(
    one: Run, command: tuple[str, ...], changed: tuple[str, object]
) -> None:
    done = one(*command, "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert made == parcel(one)
    assert made[changed[0]] == changed[1]


def test_a_script_learns_the_id_of_what_it_added(konbini: Run) -> None:
    made = json.loads(konbini("add", "--inquiry", INQUIRY, "--json").stdout)
    assert made == parcel(konbini, str(made["id"]))


def test_a_script_learns_what_was_imported_and_read_again(konbini: Run) -> None:
    mails = sorted(DEMO.glob("[124]*.eml"))
    done = konbini("import", "--json", *map(str, mails), "no-such-file.eml")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    listed = json.loads(konbini("list", "--all", "--json").stdout)
    assert found == {"mails": len(mails), "parcels": sorted(one["id"] for one in listed), "failed": 1}
    assert json.loads(konbini("rescan", "--json").stdout) == {"mails": len(mails)}
