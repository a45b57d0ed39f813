"""Signing in with OAuth2, the keyring, and commands that print a secret."""

SENTENCES = {
    'the mailbox {name} is not set up for it: give oauth = "{provider}" and oauth_client_id': (
        'メールボックス {name} はまだ設定されていません。oauth = "{provider}" と oauth_client_id を指定してください'
    ),
    "docs/oauth.md tells how to get a client id": "クライアントIDの取得方法は docs/oauth.ja.md にあります",
    "is missing; docs/oauth.md tells how to get one": "必須の項目です。取得方法は docs/oauth.ja.md にあります",
    'must be "common", "consumers", "organizations", a domain or an id': (
        '"common"、"consumers"、"organizations"、ドメイン、IDのいずれかを指定してください'
    ),
    "must begin with https:// (http:// is for a server on this machine only)": (
        "https:// で始めてください(http:// はこのパソコン上のサーバーにだけ使えます)"
    ),
    "is missing; give it or authorization_url": "これか authorization_url のどちらかが必要です",
    "give either this or oauth, not both": "この項目と oauth は、どちらか一方だけを指定してください",
    "{provider} wants the client's secret, and there is no terminal to ask on": (
        "{provider} にはクライアントシークレットが必要ですが、ターミナルがないため入力できません"
    ),
    "give oauth_client_secret_command": "oauth_client_secret_command を指定してください",
    "signing in with OAuth2 needs an extra": "OAuth2でのサインインには、追加のパッケージが必要です",
    "install it: pip install 'konbini-watcher[oauth]'": (
        "次のコマンドで追加してください: pip install 'konbini-watcher[oauth]'"
    ),
    "{provider} takes the sign-in of {mailbox} no longer ({reason})": (
        "{provider} での {mailbox} のサインインが失効しました({reason})"
    ),
    "nobody has signed in at {provider} for {mailbox}": "{mailbox} は、まだ {provider} にサインインしていません",
    "the sign-in of {mailbox} was with another client or server": (
        "{mailbox} は、別のクライアントまたはサーバーでサインインされています"
    ),
    "sign in: konbini login {mailbox} --oauth {provider}": (
        "次のコマンドでサインインしてください: konbini login {mailbox} --oauth {provider}"
    ),
    "the sign-in was declined": "サインインが許可されませんでした",
    "run `konbini login` again if that was a mistake": (
        "誤って拒否した場合は、`konbini login` をもう一度実行してください"
    ),
    "run `konbini login` again": "`konbini login` をもう一度実行してください",
    "the code ended before it was used": "コードの有効期限が切れました",
    "nobody signed in": "時間内にサインインされませんでした",
    "that address is not the answer to this sign-in": "このサインインに対するアドレスではありません",
    "copy the whole address from the browser's address bar, of the newest attempt": (
        "いま開いたページのアドレスを、ブラウザーのアドレスバーから全体をコピーしてください"
    ),
    "{provider} refused ({reason})": "{provider} に拒否されました({reason})",
    "check oauth_client_id, its secret and oauth_tenant; see docs/oauth.md": (
        "oauth_client_id、クライアントシークレット、oauth_tenant を確認してください(docs/oauth.ja.md)"
    ),
    "{provider} hands out no token just now ({reason})": "{provider} は現在トークンを発行できません({reason})",
    "{provider} gave no refresh token, so you would have to sign in every hour": (
        "{provider} から更新用のトークンが届かないため、1時間ごとにサインインが必要になります"
    ),
    "see docs/oauth.md: the client must be of the right kind": (
        "クライアントの種類を確認してください(docs/oauth.ja.md)"
    ),
    "{host} is out of order just now ({reason})": "{host} は現在利用できません({reason})",
    "{host} sends us elsewhere ({reason})": "{host} が別のアドレスを指示しています({reason})",
    "check the addresses in [oauth], or a proxy in between": ("[oauth] のアドレスと、途中のプロキシを確認してください"),
    "the server offers no login with OAuth2": "サーバーがOAuth2でのログインに対応していません",
    "use password_command, or the keyring (`konbini login`), instead": (
        "代わりに password_command か、キーリング(`konbini login`)を使ってください"
    ),
    "this machine has no keyring": "この環境にはキーリングがありません",
    "the only keyring here is a file that nothing protects": "使えるキーリングが、保護されていないファイルだけです",
    "use password_command or token_command; or, if you want just that file, name its backend to the keyring library": (
        "password_command か token_command を使ってください。そのファイルでよい場合は、"
        "keyringライブラリの設定でバックエンドを指定してください"
    ),
    "the keyring did not keep what it was given": "キーリングに保存されませんでした",
    "password_command, token_command or the environment work without one; see config.example.toml": (
        "キーリングがなくても、password_command、token_command、環境変数が使えます(config.example.toml)"
    ),
    "the keyring does not answer; it may be waiting to be unlocked": (
        "キーリングから応答がありません。ロックの解除を待っている可能性があります"
    ),
    "the keyring is locked or out of order ({reason})": "キーリングがロックされているか、使えない状態です({reason})",
    "unlock it, or use password_command or token_command instead": (
        "ロックを解除するか、代わりに password_command か token_command を使ってください"
    ),
    "the tokens cannot be kept: {reason}": "トークンを保存できません: {reason}",
    "token_command works without a keyring: a command that prints an access token; see docs/oauth.md": (
        "キーリングがなくても、アクセストークンを出力する token_command が使えます(docs/oauth.ja.md)"
    ),
    "a command must print one line, the secret alone": "コマンドは、パスワードだけを1行で出力する必要があります",
    "{command} printed what is no UTF-8 text": "{command} の出力がUTF-8のテキストではありません",
    "it must print the secret alone": "パスワードだけを出力するようにしてください",
    "{command} gave nothing in {seconds} s": "{command} は{seconds}秒以内に何も出力しませんでした",
    "try it in a terminal; it must not ask anything": "ターミナルで試し、何も尋ねずに終わることを確認してください",
}
