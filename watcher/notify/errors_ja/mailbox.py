"""Mail servers, logins and passwords."""

SENTENCES = {
    "no connection with {host}: {reason}": "{host} に接続できません: {reason}",
    "no TLS with {host}: {reason}": "{host} とのTLS接続に失敗しました: {reason}",
    "check port and security": "port と security を確認してください",
    "the certificate of {host} is not trusted: {reason}": "{host} の証明書を信頼できません: {reason}",
    "check the host name; for a private CA set ca_file": (
        "ホスト名を確認してください。独自の認証局の場合は ca_file を指定してください"
    ),
    "{host} answered in an unexpected way ({reason})": "{host} から想定外の応答がありました({reason})",
    "{host} refused the login ({reason})": "{host} がログインを拒否しました({reason})",
    "check user and password; many providers want an app password, or IMAP switched on in their settings": (
        "ユーザー名とパスワードを確認してください。アプリパスワードや、"
        "IMAPを有効にする設定が必要なメールサービスも多くあります"
    ),
    "the login was refused at {refused} and is tried again an hour later": (
        "{refused} にログインを拒否されました。1時間たつまで再試行しません"
    ),
    "correct the password, then run `konbini check` on a terminal, which tries at once": (
        "パスワードを直してから、ターミナルで `konbini check` を実行してください(すぐに試します)"
    ),
    "{host} takes no login just now ({reason})": "{host} は現在ログインを受け付けていません({reason})",
    "this is tried again by itself": "自動的に再試行します",
    "{host} asks for patience ({reason})": "{host} が混み合っています({reason})",
    "{host} closed the connection": "{host} が接続を切断しました",
    "the server takes no password over this connection": "この接続ではパスワードを送れません",
    'use security = "tls" or "starttls"': 'security = "tls" または "starttls" を指定してください',
    "the server sends everybody away just now": "サーバーは現在すべての接続を断っています",
    "the server claims that we are logged in already": "ログイン前なのに、サーバーがログイン済みと応答しました",
    "this is not your mail server": "お使いのメールサーバーではない可能性があります",
    "there is no folder {folder}; there are {folders}": (
        "フォルダー {folder} がありません。あるのは次のとおりです: {folders}"
    ),
    "correct the list of folders in the configuration": "設定の folders を直してください",
    "there is no password for the mailbox {name}": "メールボックス {name} のパスワードがありません",
    "give password_command in the configuration, or store it in the system's keyring under the service {service}, "
    "or set {variable}": (
        "設定に password_command を書くか、システムのキーリングにサービス名 {service} で保存するか、"
        "環境変数 {variable} を設定してください"
    ),
    "the password of {source} has a line break in it": "{source} のパスワードに改行が含まれています",
    "{command} gave nothing (exit code {code})": "{command} は何も出力しませんでした(終了コード {code})",
    "try it in a terminal; it must print the secret": "ターミナルで試し、パスワードが出力されることを確認してください",
    "{command} could not be run ({reason})": "{command} を実行できません({reason})",
    "try it in a terminal": "ターミナルで試してみてください",
    "the system's keyring needs an extra": "システムのキーリングを使うには、追加のパッケージが必要です",
    "install it: pip install 'konbini-watcher[keyring]'": (
        "次のコマンドで追加してください: pip install 'konbini-watcher[keyring]'"
    ),
    "the keyring took no password ({reason})": "キーリングにパスワードを保存できませんでした({reason})",
    "the server gives no more messages just now": "サーバーは現在、これ以上メールを渡してくれません",
    "the server does not give a message just now": "サーバーは現在、メールを渡してくれません",
}
