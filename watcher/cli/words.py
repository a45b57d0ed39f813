"""What the commands say, in both languages; sentences of reminders and parcels are in ``notify.wording``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from watcher.notify.notification import Language


@dataclass(frozen=True, slots=True)
class CliWords:
    """One field per sentence; ``{}`` fields are named."""

    program: str
    run: str
    check: str
    demo: str
    list: str
    show: str
    collected: str
    undo: str
    snooze: str
    confirm: str
    login: str
    extract: str
    import_: str
    mails: str
    status: str
    rescan: str
    config: str
    config_check: str
    config_path: str
    config_show: str
    examples: str
    option_config: str
    option_verbose: str
    option_json: str
    option_all: str
    option_problems: str
    option_history: str
    option_authserv_id: str
    option_desktop: str
    option_for: str
    option_not_understood: str
    option_suspicious: str
    option_failed: str
    option_html: str
    wanted: str
    paths: str
    error: str
    hint: str
    unexpected: str
    nothing_waits: str
    nothing_waits_hint: str
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
    never: str
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
    mailbox_line: str
    mailbox_error: str
    mailbox_retry: str
    mailbox_counts: str
    mails_export: str
    option_redacted: str
    no_raw: str
    now_confirmed: str
    which_mailbox: str
    ask_login: str
    login_kept: str
    demo_steps: Mapping[str, str]
    demo_end: str
    demo_forged: str


EN = CliWords(
    program="Watches your mailbox for Amazon.co.jp konbini pick-up mails and reminds you before the parcel goes back.",
    run="Watch the mailbox and remind, until stopped.",
    check="Look at the mailbox once, send what is due, and end (for cron).",
    demo="Watch the program at work: an invented mailbox, eleven days in a few seconds.",
    list="Parcels that wait or are on their way, the most urgent first.",
    show="The pick-up card of a parcel: numbers, deadline, and the steps at the kiosk.",
    collected="Mark a parcel as collected; its reminders stop.",
    undo="Take back the last `collected` of a parcel.",
    snooze="Put off the next reminder of a parcel (never past the last one before the deadline).",
    confirm="Say that a parcel of an unverified mail is really yours (with trust.unverified = hold).",
    login="Put a mailbox's password into the system's keyring.",
    extract="Show what mail files say: an .eml file, a folder, an mbox, a Maildir, or - for standard input.",
    import_="Read mail files into the store, as if they had come by mail.",
    mails="Mails that were not understood, look forged, or could not be read.",
    status="How the watcher and each mailbox are doing.",
    rescan="Read the kept mails again, after an upgrade.",
    config="Check the configuration, or tell where it lies.",
    config_check="Read the configuration and report every mistake.",
    config_path="Print where the configuration lies.",
    config_show="Print the configuration as it is understood.",
    examples="Examples:",
    option_config="The configuration file (otherwise KONBINI_CONFIG, then the platform's folder).",
    option_verbose="Say more on standard error.",
    option_json="Print JSON.",
    option_all="Also those collected, returned, cancelled or long overdue.",
    option_problems="Mails that were not understood or could not be read, instead of parcels.",
    option_history="Every mail, action and reminder of the parcel.",
    option_authserv_id="Whose Authentication-Results to believe, e.g. mx.example.jp.",
    option_desktop="Also show real desktop notifications.",
    option_for="How long, e.g. 3h, 90m or 1d.",
    option_not_understood="Only mails of Amazon that gave less than they should.",
    option_suspicious="Only mails that look forged.",
    option_failed="Only mails that could not be read.",
    option_html="Write the card as a page for a phone to this file.",
    wanted="the id of `konbini list`, or the beginning of a number",
    paths="mail files",
    error="Error: {}",
    hint="What to do: {}",
    unexpected="Something unexpected happened ({}). Run again with --verbose for the details.",
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
    never="never",
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
    mailbox_line="{name}: {connection}, last reached {reached}, last mail of Amazon {mail}",
    mailbox_error="  last error: {}",
    mailbox_retry="  next attempt: {}",
    mailbox_counts="  mails: {understood} understood, {not_understood} not understood, {suspicious} suspicious, "
    "{failed} failed",
    mails_export="Write one kept mail to standard output.",
    option_redacted="Exchange numbers, names and addresses, so that it can be attached to a bug report.",
    no_raw="Nothing is kept of mail {}.",
    now_confirmed="Parcel {}: confirmed.",
    which_mailbox="Name one of the mailboxes: {}",
    ask_login="Password",
    login_kept="The password of {} is in the system's keyring.",
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
    program="Amazon.co.jpのコンビニ受取メールを見張り、荷物が返送される前にお知らせします。",
    run="メールボックスを見張り、お知らせを続けます(Ctrl-Cで終了)。",
    check="メールボックスを一度だけ確認し、必要なお知らせを送って終わります(cron用)。",
    demo="架空のメールボックスで、11日間の動きを数秒で見てみます。",
    list="受け取り待ち・配送中の荷物を、急ぐ順に表示します。",
    show="荷物の受取カード(番号、期限、店頭端末の手順)を表示します。",
    collected="荷物を受け取り済みにします。以後のお知らせは止まります。",
    undo="直前の「受け取り済み」を取り消します。",
    snooze="次のお知らせを先に延ばします(期限前の最後のお知らせより後にはなりません)。",
    confirm="送信元を確認できないメールの荷物を、自分のものとして扱います(trust.unverified = holdのとき)。",
    login="メールボックスのパスワードをシステムのキーリングに保存します。",
    extract="メールファイルの読み取り結果を表示します(.eml、フォルダー、mbox、Maildir、標準入力は -)。",
    import_="メールファイルを、届いたメールと同じように取り込みます。",
    mails="読み取れなかったメール、なりすましの疑いがあるメールを表示します。",
    status="見張りと各メールボックスの状態を表示します。",
    rescan="保存してあるメールを読み直します(更新後など)。",
    config="設定の確認と、設定ファイルの場所。",
    config_check="設定ファイルを読み、誤りをすべて表示します。",
    config_path="設定ファイルの場所を表示します。",
    config_show="読み取った設定を表示します。",
    examples="例:",
    option_config="設定ファイル(省略時はKONBINI_CONFIG、次に既定のフォルダー)。",
    option_verbose="詳しい経過を標準エラー出力に表示します。",
    option_json="JSONで出力します。",
    option_all="受け取り済み・返送・取り消し・期限切れの荷物も表示します。",
    option_problems="荷物の代わりに、読み取れなかったメールを表示します。",
    option_history="この荷物に関するメール・操作・お知らせをすべて表示します。",
    option_authserv_id="信頼するAuthentication-Resultsの発行元(例: mx.example.jp)。",
    option_desktop="デスクトップ通知も実際に表示します。",
    option_for="延ばす時間(例: 3h、90m、1d)。",
    option_not_understood="Amazonからのメールで、読み取れなかったものだけ。",
    option_suspicious="なりすましの疑いがあるものだけ。",
    option_failed="読み込めなかったものだけ。",
    option_html="スマートフォン向けのカードをこのファイルに書き出します。",
    wanted="`konbini list` のID、または番号の先頭部分",
    paths="メールファイル",
    error="エラー: {}",
    hint="対処方法: {}",
    unexpected="予期しないエラーが起きました({})。--verbose を付けて実行すると詳細が表示されます。",
    nothing_waits="受け取りを待っている荷物はありません。",
    nothing_waits_hint="Amazonからメールが届くと表示されます。届くはずの荷物がないときは、Amazon.co.jpの"
    "「アカウントサービス → 注文履歴 → 受取可能」と `konbini status` をご確認ください。",
    no_mailbox="[[mailbox]] が設定されていません。",
    no_channel="お知らせを届ける手段がありません。予定は保存されますが、表示できません。notify.desktop、notify.push、"
    "notify.command のいずれかを設定するか、端末で実行してください。",
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
    never="なし",
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
    mailbox_line="{name}: {connection}、最後の応答 {reached}、最後のAmazonのメール {mail}",
    mailbox_error="  直近のエラー: {}",
    mailbox_retry="  次の試行: {}",
    mailbox_counts="  メール: 読み取り済み {understood}、読み取れず {not_understood}、"
    "疑わしい {suspicious}、失敗 {failed}",
    mails_export="保存してあるメールを1通、標準出力に書き出します。",
    option_redacted="番号・氏名・住所などを置き換え、不具合の報告に添付できる形にします。",
    no_raw="メール{}の内容は保存されていません。",
    now_confirmed="荷物{}を確認済みにしました。",
    which_mailbox="メールボックスの名前を指定してください: {}",
    ask_login="パスワード",
    login_kept="{}のパスワードをシステムのキーリングに保存しました。",
    demo_steps={
        "start": "見張りを開始します。メールボックスには4通(うち1通はなりすまし)",
        "time": "時間が進みます",
        "live": "見張っている間に、新しいメールが届きます",
        "collected": "「受け取り済み」のメールがAmazonから届きます",
    },
    demo_end="11日後の荷物(`konbini list --all`):",
    demo_forged="一度も取り次がなかったなりすましメール: {}通(`konbini mails --suspicious`)",
)


def language_of(configured: str = "auto") -> Language:
    """The person's language: the configured one, or by ``LC_ALL``, ``LC_MESSAGES``, ``LANG``."""
    if configured == "ja":
        return "ja"
    if configured == "en":
        return "en"
    for name in ("KONBINI_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "ja" if value.lower().startswith("ja") else "en"
    return "en"


def words(language: Language) -> CliWords:
    """The sentences of one language."""
    return JA if language == "ja" else EN


def help_of(command: str) -> str:
    """One sentence about a command, in the language of the environment."""
    sentence = getattr(words(language_of()), "import_" if command == "import" else command)
    return str(sentence)
