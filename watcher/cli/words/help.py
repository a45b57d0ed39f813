"""The sentence of every command and option in ``--help``, in both languages."""

from __future__ import annotations

from watcher.cli.words.card_options import CARD_OPTIONS
from watcher.cli.words.exit_codes import EXIT_CODES
from watcher.cli.words.language import language_of
from watcher.cli.words.number_options import NUMBER_OPTIONS
from watcher.cli.words.setup_options import SETUP_OPTIONS

PROGRAM = (
    "Watches your mailbox for Amazon.co.jp konbini pick-up mails and reminds you before the parcel goes back.",
    "Amazon.co.jpのコンビニ受取メールを見張り、荷物が返送される前にお知らせします。",
)

COMMANDS = {
    "init": (
        "Set up a mailbox: a few questions, a first look, and a configuration that is ready to run.",
        "メールボックスを設定します。質問に答えると接続を確かめ、すぐに使える設定を書き込みます。",
    ),
    "run": (
        "Watch the mailbox and remind, until stopped.",
        "メールボックスを見張り、お知らせを続けます(Ctrl-Cで終了)。",
    ),
    "check": (
        "Look at the mailbox once, send what is due, and end (for cron).",
        "メールボックスを一度だけ確認し、必要なお知らせを送って終わります(cron用)。",
    ),
    "demo": (
        "Watch the program at work: an invented mailbox, eleven days in a few seconds.",
        "架空のメールボックスで、11日間の動きを数秒で見てみます。",
    ),
    "list": (
        "Parcels that wait or are on their way, the most urgent first.",
        "受け取り待ち・配送中の荷物を、急ぐ順に表示します。",
    ),
    "show": (
        "The pick-up card of a parcel: numbers, deadline, and the steps at the kiosk.",
        "荷物の受取カード(番号、期限、店頭端末の手順)を表示します。",
    ),
    "card": (
        "The pick-up card, to take along: on the terminal, as a page for a phone, or as a picture.",
        "受取カードを表示します。スマートフォン用のページや画像にして持って行くこともできます。",
    ),
    "next": (
        "The card of the one parcel to fetch next.",
        "次に受け取る荷物1件のカードを表示します。",
    ),
    "search": (
        "Find parcels, past ones too, by a number, a shop or a note.",
        "番号・店舗・メモから、過去の分も含めて荷物を探します。",
    ),
    "open": (
        "Open the order's page at Amazon.co.jp in the browser.",
        "Amazon.co.jpの注文ページをブラウザーで開きます。",
    ),
    "note": (
        "Keep a note of your own with a parcel; without a text, print it.",
        "荷物に自分用のメモを付けます。文を省くとメモを表示します。",
    ),
    "add": (
        "Enter a parcel by hand, for instance when its mail was deleted.",
        "荷物を手入力で追加します(メールを削除してしまったときなど)。",
    ),
    "edit": (
        "Correct a parcel by hand; later mails and `rescan` keep what you correct.",
        "荷物の内容を手で訂正します。訂正した内容は、後から届くメールや `rescan` でも変わりません。",
    ),
    "collected": (
        "Mark a parcel as collected; its reminders stop.",
        "荷物を受け取り済みにします。以後のお知らせは止まります。",
    ),
    "undo": (
        "Take back the last `collected` of a parcel.",
        "直前の「受け取り済み」を取り消します。",
    ),
    "snooze": (
        "Put off the next reminder of a parcel (never past the last one before the deadline).",
        "次のお知らせを先に延ばします(期限前の最後のお知らせより後にはなりません)。",
    ),
    "confirm": (
        "Say that a parcel of an unverified mail is really yours (with trust.unverified = hold).",
        "送信元を確認できないメールの荷物を、自分のものとして扱います(trust.unverified = holdのとき)。",
    ),
    "service": (
        "Let the watcher run in the background and start with your session.",
        "見張りをバックグラウンドで動かし、ログイン時に自動で始まるようにします。",
    ),
    "service install": (
        "Write the service and start it; needs no root and may be repeated.",
        "サービスを登録して開始します(管理者権限は不要。繰り返し実行できます)。",
    ),
    "service uninstall": (
        "Stop the service and remove what `install` wrote.",
        "サービスを停止し、`install` が作ったファイルを削除します。",
    ),
    "service status": (
        "Is it installed, enabled and running? Exit code 69 if it does not run.",
        "登録・自動起動・動作の状態を表示します(動いていないときの終了コードは69)。",
    ),
    "service logs": (
        "What the service said.",
        "サービスの記録(ログ)を表示します。",
    ),
    "service show": (
        "Print what `install` would write.",
        "`install` が書き込む内容を表示します。",
    ),
    "login": (
        "Put a mailbox's password into the system's keyring, or sign in with its provider (OAuth2).",
        "メールボックスのパスワードをシステムのキーリングに保存します。OAuth2でのサインインもできます。",
    ),
    "extract": (
        "Show what mail files say: an .eml file, a folder, an mbox, a Maildir, or - for standard input.",
        "メールファイルの読み取り結果を表示します(.eml、フォルダー、mbox、Maildir、標準入力は -)。",
    ),
    "import": (
        "Read mail files into the store, as if they had come by mail.",
        "メールファイルを、届いたメールと同じように取り込みます。",
    ),
    "export": (
        "Hand parcels over to other programs.",
        "荷物の情報を、ほかのプログラムで使える形に書き出します。",
    ),
    "export ics": (
        "The parcels as a calendar with alarms (iCalendar).",
        "荷物の受取期限を、通知付きのカレンダー(iCalendar)として書き出します。",
    ),
    "mails": (
        "Mails that were not understood, look forged, or could not be read.",
        "読み取れなかったメール、なりすましの疑いがあるメールを表示します。",
    ),
    "mails export": (
        "Write one kept mail to standard output.",
        "保存してあるメールを1通、標準出力に書き出します。",
    ),
    "status": (
        "How the watcher and each mailbox are doing.",
        "見張りと各メールボックスの状態を表示します。",
    ),
    "stats": (
        "How many parcels by month and shop, days until pick-up, and how many went back.",
        "月別・受取場所別の件数、受け取りまでの日数、返送された件数を表示します。",
    ),
    "doctor": (
        "What keeps reminders from coming, and the next thing to type; holds nothing secret, so that it can be "
        "pasted into a bug report. Exit code 0 if nothing failed, otherwise that of the gravest failure: 78, 77, 1, "
        "75, in this order.",
        "お知らせが届かない原因と、次に入力するコマンドを表示します。秘密の情報は含まれず、不具合の報告に貼り付けられます。"
        "異常がなければ終了コードは0、あれば最も重いもの(78、77、1、75の順)です。",
    ),
    "rescan": (
        "Read the kept mails again, after an upgrade.",
        "保存してあるメールを読み直します(更新後など)。",
    ),
    "backup": (
        "Copy everything that is stored into one file, also while the watcher runs.",
        "保存されている内容をすべて1つのファイルにコピーします(見張りの動作中でも使えます)。",
    ),
    "restore": (
        "Put a copy made by `backup` back in place; what it replaces is kept beside it.",
        "`backup` で作ったコピーを元に戻します。置き換えられた内容も、同じ場所に残ります。",
    ),
    "forget": (
        "Delete a parcel for good, with its numbers, mails and reminders.",
        "荷物を、番号・メール・お知らせごと完全に消去します。",
    ),
    "config": (
        "Check the configuration, or tell where it lies.",
        "設定の確認と、設定ファイルの場所。",
    ),
    "completion": (
        "Print the script that lets your shell complete commands, options and ids.",
        "コマンド・オプション・IDをシェルで補完するためのスクリプトを表示します。",
    ),
    "config check": (
        "Read the configuration and report every mistake.",
        "設定ファイルを読み、誤りをすべて表示します。",
    ),
    "config path": (
        "Print where the configuration lies.",
        "設定ファイルの場所を表示します。",
    ),
    "config show": (
        "Print the configuration as it is understood.",
        "読み取った設定を表示します。",
    ),
}
"""Command, with the words of the line before it → English, Japanese."""

OPTIONS = {
    **CARD_OPTIONS,
    **NUMBER_OPTIONS,
    **SETUP_OPTIONS,
    "as_json": (
        "Print JSON.",
        "JSONで出力します。",
    ),
    "everything": (
        "Also those collected, returned, cancelled or long overdue.",
        "受け取り済み・返送・取り消し・期限切れの荷物も表示します。",
    ),
    "problems": (
        "Mails that were not understood or could not be read, instead of parcels.",
        "荷物の代わりに、読み取れなかったメールを表示します。",
    ),
    "history": (
        "Every mail, action and reminder of the parcel, with what each channel did.",
        "この荷物に関するメール・操作・お知らせを、送信の結果とあわせてすべて表示します。",
    ),
    "authserv_id": (
        "Whose Authentication-Results to believe, e.g. mx.example.jp.",
        "信頼するAuthentication-Resultsの発行元(例: mx.example.jp)。",
    ),
    "desktop": (
        "Also show real desktop notifications.",
        "デスクトップ通知も実際に表示します。",
    ),
    "duration": (
        "How long, e.g. 3h, 90m or 1d.",
        "延ばす時間(例: 3h、90m、1d)。",
    ),
    "not_understood": (
        "Only mails of Amazon that gave less than they should.",
        "Amazonからのメールで、読み取れなかったものだけ。",
    ),
    "suspicious": (
        "Only mails that look forged.",
        "なりすましの疑いがあるものだけ。",
    ),
    "failed": (
        "Only mails that could not be read.",
        "読み込めなかったものだけ。",
    ),
    "clear": (
        "Remove the note.",
        "メモを削除します。",
    ),
    "force": (
        "Replace the file if it is there.",
        "ファイルがすでにあれば置き換えます。",
    ),
    "yes": (
        "Do not ask.",
        "確認せずに実行します。",
    ),
    "only_print": (
        "Only print the address.",
        "アドレスを表示するだけにします。",
    ),
    "config_file": (
        "The configuration file (otherwise KONBINI_CONFIG, then the platform's folder).",
        "設定ファイル(省略時はKONBINI_CONFIG、次に既定のフォルダー)。",
    ),
    "verbose": (
        "Say more on standard error.",
        "詳しい経過を標準エラー出力に表示します。",
    ),
    "platform": (
        "For which service manager (otherwise this machine's).",
        "対象のサービス管理の仕組み(省略時はこのパソコンのもの)。",
    ),
    "lines": (
        "How many lines at most.",
        "表示する最大行数。",
    ),
    "follow": (
        "Stay, and show what is said from now on.",
        "終わらずに、新しい記録を表示し続けます。",
    ),
    "notify": (
        "Also send a test notification over every channel.",
        "すべての手段で、テストのお知らせも送ります。",
    ),
    "output": (
        "Write to this file instead of standard output.",
        "標準出力の代わりに、このファイルに書き込みます。",
    ),
    "oauth": (
        "Sign in with the provider that the mailbox is configured for (`oauth` in the configuration).",
        "設定ファイルの `oauth` で指定したプロバイダーにサインインします。",
    ),
    "browser": (
        "Sign in with a browser on this machine, also where a code would do.",
        "コード入力に対応していても、このパソコンのブラウザーでサインインします。",
    ),
    "paste": (
        "Sign in with a browser on another machine, and paste the address at which it ends.",
        "別のパソコンのブラウザーでサインインし、最後に表示されたアドレスを貼り付けます。",
    ),
    "redacted": (
        "Exchange numbers, names and addresses, so that it can be attached to a bug report.",
        "番号・氏名・住所などを置き換え、不具合の報告に添付できる形にします。",
    ),
}
"""Parameter → English, Japanese, so that one option reads alike in every command."""


ARGUMENTS = {
    "wanted": (
        "The id of `konbini list`, or the beginning of a number (at least three characters).",
        "`konbini list` のID、または番号の先頭部分(3文字以上)。",
    ),
    "paths": (
        "Mail files: .eml files, folders, mboxes, Maildirs, or - for standard input.",
        "メールファイル(.eml、フォルダー、mbox、Maildir、標準入力は -)。",
    ),
}
"""Parameter → English, Japanese."""


def exit_codes_help() -> str:
    """All exit codes in one sentence, in the language of the environment."""
    codes = [f"{code} {_in_language(meaning)}" for code, meaning in EXIT_CODES.items()]
    return f"{_in_language(('Exit codes', '終了コード'))}: {', '.join(codes)}."


def program_help() -> str:
    """What the program is, in the language of the environment."""
    return _in_language(PROGRAM)


def command_help(command: str) -> str:
    """One sentence about a command (``mails export``), in the language of the environment."""
    return _in_language(COMMANDS[command])


def help_option_help() -> str:
    """One sentence about ``--help``, in the language of the environment."""
    return _in_language(("Show this message and exit.", "このヘルプを表示します。"))


def version_option_help() -> str:
    """One sentence about ``--version``, in the language of the environment."""
    return _in_language(("Show the version and exit.", "バージョンを表示します。"))


def option_help(parameter: str) -> str | None:
    """One sentence about an option, in the language of the environment; None where there is none."""
    return _in_language(OPTIONS[parameter]) if parameter in OPTIONS else None


def _in_language(pair: tuple[str, str]) -> str:
    return pair[1] if language_of() == "ja" else pair[0]
