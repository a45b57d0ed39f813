"""The background service, and the demonstration."""

SENTENCES = {
    "{path} was not written by us": "{path} は、このプログラムが作成したファイルではありません",
    "move it away, then try again": "別の場所へ移してから、もう一度お試しください",
    "it was left alone": "変更していません",
    "there is no journalctl on this machine": "この環境には journalctl がありません",
    "run `konbini --verbose run` on a terminal": "ターミナルで `konbini --verbose run` を実行してください",
    "`{command}` failed: {reason}": "`{command}` が失敗しました: {reason}",
    "`{command}` could not be run ({reason})": "`{command}` を実行できません({reason})",
    "the file is written; log in to a session of your own and run `konbini service install` again": (
        "ファイルは作成済みです。ご本人のセッションにログインし、`konbini service install` をもう一度実行してください"
    ),
    "`konbini service logs` shows why; `konbini check` tries the mailbox": (
        "理由は `konbini service logs`、メールボックスへの接続は `konbini check` で確認できます"
    ),
    "systemd starts no program whose path holds such characters: {path}": (
        "systemdは、パスにこのような文字を含むプログラムを起動できません: {path}"
    ),
    "a path is no UTF-8; a service manager cannot be told of it": (
        "パスがUTF-8ではないため、サービスとして登録できません"
    ),
    "the embedded IMAP server did not start": "内蔵のIMAPサーバーを起動できませんでした",
    "run `konbini demo` again": "`konbini demo` をもう一度実行してください",
    "the demonstration needs an embedded IMAP server": "デモには内蔵のIMAPサーバーが必要です",
    "install the extra: pip install 'konbini-watcher[demo]'": (
        "次のコマンドで追加してください: pip install 'konbini-watcher[demo]'"
    ),
    "the embedded server and the watcher lost each other": "内蔵のサーバーと見張りの接続が切れました",
    "run the demo again": "もう一度デモを実行してください",
}
