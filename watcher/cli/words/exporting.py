"""What ``export`` and ``card`` say."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.notify.notification import Language


@dataclass(frozen=True, slots=True)
class ExportingWords:
    """One field per sentence."""

    written: str
    unchanged: str
    calendar_failed: str
    only_one_at_standard_output: str
    no_picture_on_terminal: str
    not_our_card: str
    name_another_file: str


EN = ExportingWords(
    written="Written: {}",
    unchanged="Already up to date: {}",
    calendar_failed="the calendar is out of date: {}",
    only_one_at_standard_output="only one form of the card can go to standard output",
    no_picture_on_terminal="a terminal cannot show a picture; name a file, or send it to another program",
    not_our_card="{} is there and is no card of this program; it is left as it is",
    name_another_file="name another file, or add --force to replace this one",
)

JA = ExportingWords(
    written="書き込みました: {}",
    unchanged="変更はありません: {}",
    calendar_failed="カレンダーを更新できません: {}",
    only_one_at_standard_output="標準出力に書き出せるのは1種類だけです",
    no_picture_on_terminal="ターミナルに画像は表示できません。ファイル名を指定するか、別のプログラムに渡してください",
    not_our_card="{}はすでにあり、このプログラムのカードではないため、書き換えませんでした",
    name_another_file="別のファイル名を指定してください。置き換えるには --force を付けます",
)


def words(language: Language) -> ExportingWords:
    """The sentences of one language."""
    return JA if language == "ja" else EN
