"""What ``status`` says."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.notify.notification import Language


@dataclass(frozen=True, slots=True)
class StatusWords:
    """One field per sentence; times are the machine's."""

    head: str
    since: str
    idle: str
    polls: str
    not_configured: str
    reached: str
    never_reached: str
    silent: str
    last_mail: str
    no_mail: str
    error: str
    last_error: str
    retry: str
    cursor: str
    counts: str
    channel_good: str
    channel_unused: str
    channel_failing: str
    channel_retry: str
    channel_given_up: str
    calendar: str
    calendar_absent: str


EN = StatusWords(
    head="{name}: {connection}",
    since=" since {}",
    idle="told of new mail at once",
    polls="asked for new mail every {} minutes",
    not_configured="no longer configured",
    reached="last reached {}",
    never_reached="never reached",
    silent="! nothing was heard of it for over an hour; `konbini doctor` says more",
    last_mail="last mail of Amazon {}",
    no_mail="no mail of Amazon yet",
    error="error since {at}: {text}",
    last_error="last error {at}: {text}",
    retry="next attempt {}",
    cursor="read up to: {folder}, UIDVALIDITY {uidvalidity}, UID {uid}",
    counts="mails: {understood} understood, {not_understood} not understood, {suspicious} suspicious, {failed} failed",
    channel_good="{name}: took a reminder last on {at}",
    channel_unused="{name}: no reminder was sent yet",
    channel_failing="{name}: fails since {at}: {error}",
    channel_retry="next attempt {}",
    channel_given_up="reminders given up: {}; `konbini doctor --notify` tries it",
    calendar="calendar: {file}, written {at}",
    calendar_absent="calendar: {file} is not there yet",
)

JA = StatusWords(
    head="{name}: {connection}",
    since="({}から)",
    idle="新着はすぐに通知されます",
    polls="{}分ごとに新着を確認します",
    not_configured="設定から外されています",
    reached="最後の応答 {}",
    never_reached="まだ応答がありません",
    silent="! 1時間以上、確認できていません。詳しくは `konbini doctor`",
    last_mail="最後のAmazonのメール {}",
    no_mail="Amazonのメールはまだありません",
    error="{at} からエラー: {text}",
    last_error="最後のエラー {at}: {text}",
    retry="次の試行 {}",
    cursor="確認済みの位置: {folder}、UIDVALIDITY {uidvalidity}、UID {uid}",
    counts="メール: 読み取り済み {understood}、読み取れず {not_understood}、疑わしい {suspicious}、失敗 {failed}",
    channel_good="{name}: 最後に届いたお知らせ {at}",
    channel_unused="{name}: お知らせはまだ送っていません",
    channel_failing="{name}: {at} から失敗: {error}",
    channel_retry="次の試行 {}",
    channel_given_up="送信をあきらめたお知らせ {}件。`konbini doctor --notify` で試せます",
    calendar="カレンダー: {file}(更新 {at})",
    calendar_absent="カレンダー: {file} はまだありません",
)


def words(language: Language) -> StatusWords:
    """The sentences of one language."""
    return JA if language == "ja" else EN
