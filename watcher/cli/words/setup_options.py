"""The sentence of every option of ``init``: each answers one question."""

from __future__ import annotations

SETUP_OPTIONS = {
    "address": (
        "Your mail address.",
        "メールアドレス。",
    ),
    "mailbox_name": (
        "A short name of your own for the mailbox (otherwise: home).",
        "メールボックスに付ける短い名前(省略時は home)。",
    ),
    "host": (
        "The IMAP server (otherwise: by the address).",
        "IMAPサーバー(省略時はアドレスから判断)。",
    ),
    "port": (
        "Its port (otherwise: 993, or 143 with starttls).",
        "ポート番号(省略時は993、starttlsでは143)。",
    ),
    "security": (
        "How the connection is encrypted; plain is for a server on this machine only.",
        "接続の暗号化方式(plainはこの機械のサーバーに限ります)。",
    ),
    "user": (
        "The user name of the login (otherwise: by the address).",
        "ログインに使うユーザー名(省略時はアドレスから判断)。",
    ),
    "ca_file": (
        "Certificates of a private authority.",
        "独自の認証局の証明書ファイル。",
    ),
    "password_stdin": (
        "Read the password from standard input; it is kept in the system's keyring where there is one.",
        "パスワードを標準入力から読み、キーリングがあれば保存します。",
    ),
    "password_command": (
        "A command that prints the password, such as 'pass show mail/imap'; no shell is used.",
        "パスワードを出力するコマンド(例: 'pass show mail/imap')。シェルは使いません。",
    ),
    "signs_in": (
        "Log in without a password; `konbini login` does so afterwards.",
        "パスワードを使わずにログインします(後で `konbini login` を実行)。",
    ),
    "oauth_client_id": (
        "The id of your OAuth2 client (docs/oauth.md tells how to get one).",
        "OAuth2クライアントのID(取得方法は docs/oauth.ja.md)。",
    ),
    "authserv_id": (
        "Whose Authentication-Results to believe: an id, auto for what the mails show, or none.",
        "信用するAuthentication-ResultsのID。autoは届いたメールから判断、noneは指定なし。",
    ),
    "speaks": (
        "The language of the questions and of all that is said later.",
        "質問とお知らせに使う言語。",
    ),
    "add_mailbox": (
        "Add the mailbox to the configuration that is there.",
        "既存の設定にこのメールボックスを追加します。",
    ),
    "with_service": (
        "Let it run in the background, or not.",
        "バックグラウンドで動かすかどうか。",
    ),
    "offline": (
        "Write the configuration without trying the connection.",
        "接続を試さずに設定だけを書き込みます。",
    ),
    "no_input": (
        "Ask nothing; what is missing is an error that names its option.",
        "何も質問しません。足りない項目は、オプション名を示してエラーにします。",
    ),
}
"""Parameter → English, Japanese."""
