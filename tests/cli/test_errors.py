"""Errors reach the person in the configured language, or that of the environment."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def test_errors_are_said_in_the_language_of_the_environment(konbini: Run) -> None:
    done = konbini("show", "7", LANG="ja_JP.UTF-8")
    assert done.stderr == (
        "エラー: このIDまたは番号の荷物はありません\n対処方法: `konbini list --all` ですべての荷物を確認できます\n"
    )
    assert konbini("show", "7").stderr.startswith("Error: no parcel has this id or number\n")


def test_the_configured_language_counts_first(konbini: Run, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('language = "ja"\n')
    done = konbini("--config", str(config), "show", "7")
    assert (done.returncode, done.stderr.splitlines()[0]) == (4, "エラー: このIDまたは番号の荷物はありません")


def test_every_mistake_of_a_configuration_is_said(konbini: Run, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[[mailbox]]\nhost = 3\n[reminders]\nhold_days = 99\n")
    done = konbini("--config", str(config), "config", "check", LANG="ja_JP.UTF-8")
    assert done.returncode == 78
    assert f"{config}: mailbox[0].host: 文字列で指定してください" in done.stderr
    assert f"{config}: mailbox[0].user: 必須の項目です" in done.stderr
    assert f"{config}: reminders.hold_days: 1から60までの整数で指定してください" in done.stderr


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("show", "引数 ID がありません。"),
        ("shwo", "コマンド shwo はありません。"),
        ("list --nothing", "オプション --nothing はありません。"),
        ("list --al", "オプション --al はありません。"),
        ("list x", "余分な引数があります(x)。"),
        ("list x y", "余分な引数があります(x y)。"),
        ("show 1 --html", "オプション --html には値が必要です。"),
        ("list --all=1", "オプション --all に値は指定できません。"),
        ("add --shop x", "'--shop' の値が正しくありません: x は使えません。次のいずれかを指定してください: "),
        ("service logs --lines x", "'--lines'"),
    ],
)
def test_a_mistyped_command_is_said_in_japanese(konbini: Run, typed: str, said: str) -> None:
    done = konbini(*typed.split(), LANG="ja_JP.UTF-8")
    assert done.returncode == 2
    assert said in done.stderr
    *_, last = done.stderr.splitlines()
    assert last.startswith("エラー: ")
    assert re.search("[ぁ-ん]", last.removeprefix("エラー: "))
    assert konbini(*typed.split()).stderr.splitlines()[-1].startswith("Error: ")


def test_a_file_that_is_not_there_is_said(konbini: Run) -> None:
    for command in ("import", "extract"):
        done = konbini(command, "nowhere.eml", LANG="ja_JP.UTF-8")
        assert done.returncode == 1
        assert "エラー: nowhere.eml: ファイルまたはフォルダーがありません" in done.stderr
