"""Every error that is raised anywhere can be said in Japanese, with what was filled into it."""

from __future__ import annotations

import re
import string

import pytest

from tests.notify.error_sentences import sentences
from watcher.config_file import parse_config
from watcher.errors import ConfigurationError, NetworkError, StoreError, WatcherError
from watcher.notify import errors_ja
from watcher.notify.error_words import advice, in_language, said
from watcher.notify.errors_ja import REASONS, SENTENCES

JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")
RAISED = dict.fromkeys(sentence for _, sentence in sentences())
WHERE = {sentence: where for where, sentence in sentences()}
NOT_RAISED = {"{}: {}", "{} can be read by others; `chmod 600` it"}
"""How problems of a configuration are put together, and what it warns of."""


def bare(english: str) -> str:
    """A sentence without the names of its fields, which the source does not know."""
    return re.sub(r"{\w+}", "{}", english)


def fields(sentence: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(sentence) if name]


@pytest.mark.parametrize("sentence", RAISED)
def test_every_error_has_its_japanese(sentence: str) -> None:
    """Add it to the module of its topic in ``watcher/notify/errors_ja``."""
    assert sentence in {bare(english) for english in SENTENCES}, WHERE[sentence]


def test_no_sentence_is_kept_that_is_raised_no_more() -> None:
    assert {bare(english) for english in SENTENCES} - set(RAISED) <= NOT_RAISED


def test_the_source_was_read() -> None:
    assert {"no connection with {}: {}", "see https://toml.io", "must be a table"} <= set(RAISED)
    assert len(RAISED) > 100


def test_each_sentence_stands_in_one_topic() -> None:
    topics = (
        errors_ja.configuration, errors_ja.mailbox, errors_ja.signing_in, errors_ja.store, errors_ja.service,
        errors_ja.channels,
    )  # fmt: skip
    assert sum(len(topic.SENTENCES) for topic in topics) == len(SENTENCES)


@pytest.mark.parametrize(("english", "japanese"), SENTENCES.items())
def test_both_languages_say_the_same(english: str, japanese: str) -> None:
    assert JAPANESE.search(japanese) or not re.search("[a-z]{3}", re.sub(r"{\w+}", "", english))
    assert not JAPANESE.search(english)
    assert sorted(set(fields(japanese))) == sorted(fields(english))


@pytest.mark.parametrize("english", SENTENCES)
@pytest.mark.parametrize("value", ["値1", "a: b", "mail.example.jp (x) {0}", ""])
def test_what_was_filled_in_is_found_again(english: str, value: str) -> None:
    filled = {name: f"{value}{number}" for number, name in enumerate(fields(english))}
    if len(filled) > 1 and english == "{path}: {problem}":
        filled["path"] = "config.toml"
    if ": " in value and len(filled) > 1:
        return  # which of two fields a colon belongs to is told by the test below, where it matters
    assert in_language(english.format(**filled), "ja") == SENTENCES[english].format(**filled)
    assert in_language(english.format(**filled), "en") == english.format(**filled)


@pytest.mark.parametrize("reason", REASONS)
def test_a_reason_of_the_system_is_said_too(reason: str) -> None:
    assert in_language(f"no connection with mail.example.jp: {reason}", "ja") == (
        f"mail.example.jp に接続できません: {REASONS[reason]}"
    )


def test_all_mistakes_of_a_configuration_are_said() -> None:
    broken = {
        "mailbox": [{"host": "mail.example.jp", "user": "me", "prot": 1, "port": 0, "security": "tsl"}],
        "reminders": {"at": "late", "quiet": 3},
        "calendar": {"file": "here.ics"},
    }
    with pytest.raises(ConfigurationError) as caught:
        parse_config(broken)
    lines = said(caught.value, "ja").split("\n")
    assert len(lines) == len(caught.value.problems) == 6
    for line, problem in zip(lines, caught.value.problems, strict=True):
        assert line.partition(": ")[0] == problem.partition(": ")[0], "the key stays"
        assert JAPANESE.search(line)
    assert "mailbox[0].prot: この項目はありません。'port' の誤りではありませんか" in lines
    assert said(caught.value, "en") == str(caught.value)


def test_what_nobody_translated_is_said_in_english() -> None:
    assert said(WatcherError("a sentence of tomorrow", "do this"), "ja") == "a sentence of tomorrow"
    assert advice(WatcherError("a sentence of tomorrow", "do this"), "ja") == "do this"
    assert advice(StoreError("the copy is damaged"), "ja") is None


def test_hints_are_said() -> None:
    assert advice(NetworkError("no TLS with x: y", "check port and security"), "ja") == (
        "port と security を確認してください"
    )
