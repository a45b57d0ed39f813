"""Sentences that belong to no single command, and those of the first ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from watcher.notify.sentences import Sentences

if TYPE_CHECKING:
    from watcher.notify.notification import Language


class CliWords(Sentences):
    """One field per sentence; ``{}`` fields are named."""

    examples: str
    wanted: str
    paths: str
    error: str
    hint: str
    unexpected: str
    try_help: str
    stopped_asking: str
    yes_or_no: str
    add_replace_or_stop: str
    nothing_waits: str
    nothing_waits_hint: str
    not_set_up: str
    short_ambiguous: str
    short_check_digit: str
    short_held: str
    comma: str
    no_mailbox: str
    no_channel: str
    watching: str
    stopped: str
    checked: str
    config_good: str
    now_collected: str
    now_undone: str
    now_snoozed: str
    nothing_planned: str
    imported: str
    rescanned: str
    no_mails: str
    running: str
    not_running: str
    column_id: str
    column_deadline: str
    column_left: str
    column_place: str
    column_inquiry: str
    column_auth: str
    column_state: str
    column_date: str
    column_kind: str
    column_sender: str
    column_reason: str
    no_raw: str
    now_confirmed: str
    which_mailbox: str
    demo_steps: Mapping[str, str]
    demo_end: str
    demo_forged: str


EN = CliWords(
    examples="Examples:",
    wanted="the id of `konbini list`, or the beginning of a number",
    paths="mail files",
    error="Error: {}",
    hint="What to do: {}",
    try_help="Try '{} --help' for help.",
    stopped_asking="Stopped.",
    yes_or_no="Please answer y or n.",
    add_replace_or_stop="Please answer a, r or s.",
    unexpected="Something unexpected happened ({}). Run again with --verbose for the details.",
    not_set_up="No mailbox is set up yet: `konbini init` begins.",
    short_ambiguous="may be a duplicate",
    short_check_digit="number may be wrong",
    short_held="waits for your confirmation",
    comma=", ",
    nothing_waits="No parcel waits for you.",
    nothing_waits_hint="A parcel shows up when Amazon's mail arrives. Expecting one? Look at アカウントサービス → "
    "注文履歴 → 受取可能 at Amazon.co.jp, and at `konbini status`.",
    no_mailbox="No [[mailbox]] is configured.",
    no_channel="There is no way to reach you: reminders are kept, but nothing can show them. Set notify.desktop,"
    " notify.push or notify.command, or run on a terminal.",
    watching="Watching {}. Stop with Ctrl-C.",
    stopped="Stopped.",
    checked="{}: done.",
    config_good="{}: no mistakes.",
    now_collected="Parcel {}: collected. (`konbini undo {}` takes it back.)",
    now_undone="Parcel {}: {}.",
    now_snoozed="Parcel {}: the next reminder comes at {}.",
    nothing_planned="Parcel {}: no reminder is planned.",
    imported="{mails} mails read, {parcels} parcels touched, {failed} not readable.",
    rescanned="{} mails read again.",
    no_mails="No such mails.",
    running="The watcher is running.",
    not_running="The watcher is not running. Start it with `konbini run`.",
    column_id="ID",
    column_deadline="Deadline",
    column_left="Left",
    column_place="Pick-up point",
    column_inquiry="Inquiry no.",
    column_auth="Auth no.",
    column_state="State",
    column_date="Date",
    column_kind="Kind",
    column_sender="Sender",
    column_reason="Reason",
    no_raw="Nothing is kept of mail {}.",
    now_confirmed="Parcel {} counts as yours. The mark of a sender that is not confirmed stays.",
    which_mailbox="Name one of the mailboxes: {}",
    demo_steps={
        "start": "the watcher starts; four mails are in the mailbox, one of them forged",
        "time": "time passes",
        "live": "a mail arrives while the watcher watches",
        "collected": "Amazon's mail says that a parcel was collected",
    },
    demo_end="What is left after eleven days (`konbini list --all`):",
    demo_forged="Forged mails that never spoke: {}. (`konbini mails --suspicious`)",
)

JA = CliWords(
    examples="例:",
    wanted="`konbini list` のID、または番号の先頭部分",
    paths="メールファイル",
    error="エラー: {}",
    hint="対処方法: {}",
    try_help="使い方は `{} --help` で確認できます。",
    stopped_asking="中止しました。",
    yes_or_no="y か n で答えてください。",
    add_replace_or_stop="a、r、s のどれかで答えてください。",
    unexpected="予期しないエラーが起きました({})。--verbose を付けて実行すると詳細が表示されます。",
    not_set_up="メールボックスがまだ設定されていません。`konbini init` で始められます。",
    short_ambiguous="重複の可能性",
    short_check_digit="番号に誤りの可能性",
    short_held="確認待ち",
    comma="、",
    nothing_waits="受け取りを待っている荷物はありません。",
    nothing_waits_hint="Amazonからメールが届くと表示されます。届くはずの荷物がないときは、Amazon.co.jpの"
    "「アカウントサービス → 注文履歴 → 受取可能」と `konbini status` をご確認ください。",
    no_mailbox="[[mailbox]] が設定されていません。",
    no_channel="お知らせを届ける手段がありません。予定は保存されますが、表示できません。notify.desktop、notify.push、"
    "notify.command のいずれかを設定するか、ターミナルで実行してください。",
    watching="{} を見張っています。Ctrl-Cで終了します。",
    stopped="終了しました。",
    checked="{}: 確認しました。",
    config_good="{}: 誤りはありません。",
    now_collected="荷物{}を受け取り済みにしました(取り消すには `konbini undo {}`)。",
    now_undone="荷物{}: {}に戻しました。",
    now_snoozed="荷物{}: 次のお知らせは{}です。",
    nothing_planned="荷物{}: お知らせの予定はありません。",
    imported="メール{mails}通を読み込みました(荷物{parcels}件、読み込めなかったもの{failed}通)。",
    rescanned="メール{}通を読み直しました。",
    no_mails="該当するメールはありません。",
    running="見張りは動作中です。",
    not_running="見張りは動いていません。`konbini run` で開始してください。",
    column_id="ID",
    column_deadline="受取期限",
    column_left="残り",
    column_place="受取場所",
    column_inquiry="お問い合わせ番号",
    column_auth="認証番号",
    column_state="状態",
    column_date="日付",
    column_kind="種類",
    column_sender="送信元",
    column_reason="理由",
    no_raw="メール{}の内容は保存されていません。",
    now_confirmed="荷物{}をご自分のものとして扱います(送信元未確認の印は残ります)。",
    which_mailbox="メールボックスの名前を指定してください: {}",
    demo_steps={
        "start": "見張りを開始します。メールボックスには4通(うち1通はなりすまし)",
        "time": "時間が進みます",
        "live": "見張っている間に、新しいメールが届きます",
        "collected": "「受け取り済み」のメールがAmazonから届きます",
    },
    demo_end="11日後の荷物(`konbini list --all`):",
    demo_forged="一度もお知らせに使わなかったなりすましメール: {}通(`konbini mails --suspicious`)",
)


def words(language: Language) -> CliWords:
    """The sentences of one language."""
    return JA if language == "ja" else EN
