"""What ``stats`` says."""

from __future__ import annotations

from watcher.notify.notification import Language
from watcher.notify.sentences import Sentences


class StatisticsWords(Sentences):
    """One field per sentence; fields in braces are named."""

    returned: str
    returned_none: str
    taken: str
    taken_none: str
    month: str
    year: str
    column_month: str
    column_year: str
    column_place: str
    column_parcels: str
    column_collected: str
    column_returned: str
    column_cancelled: str
    unknown_place: str
    nothing_counted: str
    nothing_counted_hint: str


EN = StatisticsWords(
    returned="Sent back unfetched within the last year: {count}",
    returned_none="No parcel was sent back unfetched within the last year.",
    taken="Days until pick-up, of {count} within the last year: median {median}, average {mean}, longest {longest}",
    taken_none="No parcel was collected within the last year.",
    month="{name} {year}",
    year="{year}",
    column_month="Month",
    column_year="Year",
    column_place="Pick-up point",
    column_parcels="Parcels",
    column_collected="Collected",
    column_returned="Sent back",
    column_cancelled="Cancelled",
    unknown_place="unknown",
    nothing_counted="There is nothing to count yet.",
    nothing_counted_hint="Parcels are counted once they have arrived at a pick-up point; `konbini import` reads old "
    "mails.",
)

JA = StatisticsWords(
    returned="受け取らずに返送された荷物(過去1年): {count}件",
    returned_none="過去1年に、受け取らずに返送された荷物はありません。",
    taken="受け取りまでの日数(過去1年、{count}件): 中央値{median}日、平均{mean}日、最長{longest}日",
    taken_none="過去1年に受け取った荷物はありません。",
    month="{year}年{name}月",
    year="{year}年",
    column_month="月",
    column_year="年",
    column_place="受取場所",
    column_parcels="荷物",
    column_collected="受け取り済み",
    column_returned="返送",
    column_cancelled="キャンセル",
    unknown_place="不明",
    nothing_counted="集計できる荷物がまだありません。",
    nothing_counted_hint="受取場所に届いた荷物から集計します。過去のメールは `konbini import` で取り込めます。",
)


def words(language: Language) -> StatisticsWords:
    """The sentences of one language."""
    return JA if language == "ja" else EN
