"""Errors reach the person in the configured language, or that of the environment."""

from __future__ import annotations

from pathlib import Path

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
