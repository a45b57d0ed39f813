"""What ``export`` says."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.notify.notification import Language


@dataclass(frozen=True, slots=True)
class ExportingWords:
    """One field per sentence."""

    written: str
    unchanged: str
    calendar_failed: str


EN = ExportingWords(
    written="Written: {}",
    unchanged="Already up to date: {}",
    calendar_failed="the calendar is out of date: {}",
)

JA = ExportingWords(
    written="書き込みました: {}",
    unchanged="変更はありません: {}",
    calendar_failed="カレンダーを更新できません: {}",
)


def words(language: Language) -> ExportingWords:
    """The sentences of one language."""
    return JA if language == "ja" else EN
