"""What ``show --history`` says of reminders."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.notify.notification import Language


@dataclass(frozen=True, slots=True)
class HistoryWords:
    """One field per sentence; ``{}`` fields are named."""

    said: str
    planned: str
    sending: str
    superseded: str
    failed: str
    given_up: str


EN = HistoryWords(
    said="said: {occasion}, over {channels}",
    planned="planned: {occasion}",
    sending="being said: {occasion}",
    superseded="not said, another came in its place: {occasion}",
    failed="{channel} has not taken it ({tries} tries, again at {moment}): {error}",
    given_up="{channel} did not take it and was given up ({tries} tries): {error}",
)

JA = HistoryWords(
    said="送信済み: {occasion}({channels})",
    planned="送信予定: {occasion}",
    sending="送信中: {occasion}",
    superseded="送信なし(別のお知らせを優先): {occasion}",
    failed="{channel} に送れていません({tries}回失敗、次は{moment}): {error}",
    given_up="{channel} への送信をあきらめました({tries}回失敗): {error}",
)


def words(language: Language) -> HistoryWords:
    """The sentences of one language."""
    return JA if language == "ja" else EN
