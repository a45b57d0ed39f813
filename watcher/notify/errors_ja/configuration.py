"""Mistakes of the configuration, and parcels that are not there."""

SENTENCES = {
    "{path}: {problem}": "{path}: {problem}",
    "there is no configuration at {path}": "設定ファイルがありません: {path}",
    "run `konbini init`, or name another file with --config": (
        "`konbini init` を実行するか、--config で別のファイルを指定してください"
    ),
    "{path} is already there": "{path} はすでにあります",
    "--force replaces it, --add adds to it": "置き換えは --force、追加は --add です",
    "name another file with --config": "--config で別のファイルを指定してください",
    "{path}: no mailbox can be added: {reason}": "{path}: メールボックスを追加できません: {reason}",
    "add the [[mailbox]] by hand; config.example.toml shows how": (
        "[[mailbox]] を手で追加してください。書き方は config.example.toml にあります"
    ),
    "{path} is no TOML: {reason}": "{path} はTOMLとして読めません: {reason}",
    "see https://toml.io": "書き方は https://toml.io をご覧ください",
    "it must be a file of UTF-8 text that you may read": "UTF-8のテキストで、読み取り権限のあるファイルにしてください",
    "correct the file; `konbini config check` reads it again, and config.example.toml explains every key": (
        "ファイルを直して `konbini config check` で確認してください。各項目の説明は config.example.toml にあります"
    ),
    "add one; config.example.toml shows how": "追加してください。書き方は config.example.toml にあります",
    "there is no such key; did you mean {near}?": "この項目はありません。{near} の誤りではありませんか",
    "there is no such key": "この項目はありません",
    "must be a table": "テーブルで指定してください",
    "must be written as [[{key}]]": "[[{key}]] の形で書いてください",
    "is missing": "必須の項目です",
    "must be a string": "文字列で指定してください",
    "must not hold control characters": "制御文字は使えません",
    "must not be empty": "空にはできません",
    "must be a list of strings": "文字列のリストで指定してください",
    'must be a list of words, e.g. ["pass", "mail/imap"]; no shell is used': (
        '["pass", "mail/imap"] のような単語のリストで指定してください(シェルは使いません)'
    ),
    "must be a whole number from {low} to {high}": "{low}から{high}までの整数で指定してください",
    "must be a list of whole numbers from {low} to {high}": "{low}から{high}までの整数のリストで指定してください",
    "must be true or false": "true か false を指定してください",
    "must be one of {choices}; did you mean {near}?": (
        "次のいずれかを指定してください: {choices}({near} の誤りではありませんか)"
    ),
    "must be one of {choices}": "次のいずれかを指定してください: {choices}",
    'must be a time such as "18:00"': '"18:00" のような時刻で指定してください',
    'must be two times such as "22:00-07:00", or "" for none': (
        '"22:00-07:00" のような2つの時刻か、なしの場合は "" を指定してください'
    ),
    "give either path or url, not both": "path と url は、どちらか一方だけを指定してください",
    "must be a whole path, e.g. ~/calendar/konbini.ics; a service starts in another folder": (
        "~/calendar/konbini.ics のような絶対パスで指定してください(サービスは別のフォルダーで動きます)"
    ),
    "is a folder; name a file in it, e.g. konbini.ics": (
        "フォルダーです。konbini.ics などのファイル名まで指定してください"
    ),
    "two mailboxes are named {name}": "同じ名前のメールボックスが2つあります: {name}",
    "plain is for a server on this machine only; use tls or starttls": (
        "plain はこのパソコン上のサーバーにだけ使えます。tls か starttls を指定してください"
    ),
    "there is no such file": "ファイルがありません",
    "give password_command (of an OAuth2 client: oauth_client_secret_command), or store it with `konbini login`, "
    "or set KONBINI_PASSWORD_<NAME>; a secret in this file is refused": (
        "password_command(OAuth2のクライアントの場合は oauth_client_secret_command)を指定するか、"
        "`konbini login` で保存するか、"
        "環境変数 KONBINI_PASSWORD_<NAME> を設定してください。"
        "パスワードをこのファイルに書くことはできません"
    ),
    "{path} can be read by others; `chmod 600` it": "{path} はほかの人も読めます。`chmod 600` で本人だけにしてください",
    "no parcel has this id or number": "このIDまたは番号の荷物はありません",
    "`konbini list --all` shows every parcel": "`konbini list --all` ですべての荷物を確認できます",
    "several parcels have a number that begins so: {ids}": "この番号で始まる荷物が複数あります: {ids}",
    "give one of these ids instead": "いずれかのIDを指定してください",
    "`konbini mails` lists the ids": "IDは `konbini mails` で確認できます",
}
