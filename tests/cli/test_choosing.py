"""A yes or no, as it is asked and answered in the person's language."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.dialogue import dialogue

FORGET = ("forget", "1")


@pytest.mark.parametrize(
    ("lang", "again"), [("C.UTF-8", "Please answer y or n."), ("ja_JP.UTF-8", "y か n で答えてください。")]
)
@pytest.mark.parametrize(("answer", "gone"), [("はい", True), ("Ｙ", True), ("いいえ", False), ("", False)])
def test_what_is_no_answer_is_asked_again_in_the_persons_language(
    filled: Run, tmp_path: Path, lang: str, again: str, answer: str, gone: bool
) -> None:
    with dialogue(tmp_path, *FORGET, LANG=lang) as talk:
        talk.answer("[y/N]: ", "perhaps")
        talk.until(again)
        talk.answer("[y/N]: ", answer)
        assert talk.end() == 0
        assert "Error" not in talk.screen
    assert (filled("show", "1").returncode == 4) is gone


def test_a_question_that_is_broken_off_is_said_to_be(filled: Run, tmp_path: Path) -> None:
    with dialogue(tmp_path, *FORGET, LANG="ja_JP.UTF-8") as talk:
        talk.until("[y/N]: ")
        assert talk.interrupt() == 130
        assert talk.screen.endswith("中止しました。")
    assert filled("show", "1").returncode == 0


def test_a_length_of_time_that_is_none_is_refused_in_japanese(filled: Run) -> None:
    refused = filled("snooze", "1", "--for", "abc", LANG="ja_JP.UTF-8")
    assert refused.returncode == 2
    assert "abc は 3h、90m、1d のような長さではありません" in refused.stderr
