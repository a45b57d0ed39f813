"""What ``init`` asks and says, and the comments of the file that it writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watcher.config_writing import Comments
from watcher.notify.notification import Language


@dataclass(frozen=True, slots=True)
class SetupWords:
    """One field per sentence."""

    welcome: str
    there_already: str
    add_replace_quit: str
    nothing_done: str
    ask_address: str
    no_address: str
    known: str
    unknown: str
    get_it_at: str
    ask_guess: str
    guessing: str
    guessed: str
    none_answered: str
    ask_host: str
    ask_user: str
    ask_password: str
    ask_app_password: str
    oauth_instead: str
    client_id_needed: str
    ask_client_id: str
    trying: str
    works: str
    refused: str
    refused_app_password: str
    unreachable: str
    not_trusted: str
    try_again: str
    id_known: str
    id_learned: str
    id_not_akin: str
    id_unlike: str
    id_ask: str
    id_taken: str
    id_not_taken: str
    id_use_option: str
    id_none: Mapping[str, str]
    kept_in_keyring: str
    no_keyring: str
    no_keyring_extra: str
    no_keyring_environment: str
    no_keyring_systemd: str
    ask_command: str
    in_environment: str
    command_works: str
    written: str
    added: str
    former: str
    reading: str
    found: str
    found_none: str
    not_understood: str
    suspicious: str
    reading_failed: str
    ask_service: str
    later_service: str
    restart_service: str
    service_needs_password: str
    next_login: str
    next_check: str
    missing: str
    choose_add_or_force: str
    not_together: str
    no_password_given: str
    name_taken: str
    comments: Comments


EN = SetupWords(
    welcome="This sets up one mailbox. Nothing is written before the login works; Ctrl-C leaves everything as it is.",
    there_already="There is a configuration already: {}",
    add_replace_quit="Add this mailbox to it (a), replace it (r), or stop (s)?",
    nothing_done="Nothing was changed.",
    ask_address="Your mail address",
    no_address="this is no mail address: {}",
    known="{name}: {host}, port {port}",
    unknown="The provider of {} is not in our table, so a few questions more.",
    get_it_at="See {}",
    ask_guess="Shall I look whether imap.{0} or mail.{0} answers?",
    guessing="Looking …",
    guessed="{} answers.",
    none_answered="Neither answers. Your provider's help pages name the IMAP server.",
    ask_host="IMAP server",
    ask_user="User name",
    ask_password="Password (not shown)",
    ask_app_password="App password (not shown)",
    oauth_instead="No password is needed now.",
    client_id_needed="The provider wants to know which program asks, so you register a client of your own, once: "
    "docs/oauth.md tells how, step by step. Its id is no secret.",
    ask_client_id="Client id",
    trying="Trying {} …",
    works="The login works. Watched folders: {}",
    refused="The server refused this user name and password.",
    refused_app_password="This provider takes only an app password, not the usual one.",
    unreachable="The server could not be reached. Is its name right?",
    not_trusted="The server could not prove that it is {}. For a private authority give --ca-file.",
    try_again="Please try again.",
    id_known="The provider's verdict on senders is in the mails, as known ({agreeing} of {mails} mails).",
    id_learned="Your provider checks senders and signs what it found as: {id} ({agreeing} of {mails} mails)",
    id_not_akin="This name has nothing in common with your mail server. Take it only if you know it.",
    id_unlike="The mails show another name than our table. Please tell us, so that it can be corrected.",
    id_ask="Believe this name? Then genuine mails of Amazon are known as genuine",
    id_taken="Believed from now on: {}",
    id_not_taken="Not believed. Parcels are shown all the same, marked as unverified.",
    id_use_option="To believe it, run `konbini init` with --authserv-id {} (or auto).",
    id_none={
        "without_id": "Your provider writes its verdict on senders without a name, which is believed of Outlook only. "
        "Mails are marked as unverified unless our own DKIM check can tell.",
        "nothing": "Your provider writes no verdict on senders into the mails. They are checked by their DKIM "
        "signature (extra: dkim), or marked as unverified.",
        "differing": "The mails do not show one name under which your provider checks senders. Mails are marked as "
        "unverified unless our own DKIM check can tell; authserv_id in the configuration can be set by hand.",
        "too_few": "There are too few mails to tell how your provider checks senders.",
    },
    kept_in_keyring="The password is in the system's keyring.",
    no_keyring="There is no usable keyring here, and the password is never written into a file. Instead:",
    no_keyring_extra="  - the keyring after all, by the extra that speaks to it: "
    "pip install 'konbini-watcher[keyring]'",
    no_keyring_environment="  - the environment: {}=… for `konbini run` (for the service: `systemctl --user edit "
    "konbini-watcher`, then [Service] and EnvironmentFile= with a file of mode 0600)",
    no_keyring_systemd="  - systemd credentials, for a system service: "
    'password_command = ["systemd-creds", "cat", "{}"]',
    ask_command="  - a command that prints it, e.g. pass show mail/imap (Enter: the environment)",
    in_environment="The password is taken from the environment: {}",
    command_works="The command works.",
    written="Written: {} (only you can read it)",
    added="Added to {}: the mailbox {}.",
    former="The former configuration is kept as {}",
    reading="Reading the mails of the last {} days …",
    found="Found in {days} days: {parcels} (waiting for you: {waiting}).",
    found_none="No konbini parcel in the last {} days. The next mail of Amazon will show up by itself.",
    not_understood="Mails that were not understood: {}. `konbini mails` lists them.",
    suspicious="Mails that pose as Amazon: {}. `konbini mails --suspicious` tells why.",
    reading_failed="The configuration is in place, but the mails could not be read just now: {}",
    ask_service="Let the watcher run in the background and start with your session?",
    later_service="`konbini run` watches on this terminal; `konbini service install` does so in the background.",
    restart_service="A watcher that runs already has to be started again to watch it: `konbini service install`",
    service_needs_password="The service needs the password from its own environment; see above. "
    "It is not installed now.",
    next_login="Now log in in the browser: `konbini login {} --oauth {}`",
    next_check="Then `konbini check` reads the mails of the last {} days.",
    missing="--no-input asks nothing, so {} is needed",
    choose_add_or_force="there is a configuration at {}: --add adds the mailbox to it, --force replaces it",
    not_together="{} and {} do not go together",
    no_password_given="there is no password: give --password-stdin or --password-command, or set {}",
    name_taken="a mailbox is named {} already; give another --name",
    comments=Comments(
        file="konbini-watcher, written by `konbini init`. Change it as you like; `konbini config check` tells every "
        "mistake,\nand config.example.toml explains every key. A password never stands in this file.",
        password_keyring="The password is in the system's keyring; `konbini login` changes it.",
        password_environment="The password comes from the environment, KONBINI_PASSWORD_ and the name in capitals.\n"
        'Or give a command that prints it: password_command = ["pass", "show", "mail/imap"]',
        password_command="The command prints the password; no shell is used.",
        oauth="No password: `konbini login` logs in in the browser once.",
        folders="names, or special uses",
        authserv_id="whose Authentication-Results to believe",
        no_authserv_id="whose Authentication-Results to believe; known providers need none",
        lookback="days that the first run looks back",
        forwarders="whose forwarded mails are read",
        rest="What follows are the defaults; take the # away to change one.\n\n"
        '[reminders]                 # times are Japan\'s\nat = "18:00"\ndays_before = [3, 1, 0]\n'
        'quiet = "22:00-07:00"\n\n[notify]\ndesktop = true\npush = ["ntfy://ntfy.example.jp/my-topic"]\n'
        "show_numbers = true         # false: numbers are shown by the commands only\n\n"
        '[trust]\nunverified = "show"         # hold: ask before a parcel of an unverified mail is shown',
    ),
)

JA = SetupWords(
    welcome="メールボックスを1つ設定します。ログインに成功するまで何も書き込みません。Ctrl-Cでいつでも中止できます。",
    there_already="すでに設定ファイルがあります: {}",
    add_replace_quit="このメールボックスを追加(a)、置き換え(r)、中止(s)のどれにしますか?",
    nothing_done="何も変更していません。",
    ask_address="メールアドレス",
    no_address="メールアドレスの形ではありません: {}",
    known="{name}: {host}、ポート {port}",
    unknown="{}のプロバイダーは一覧にないため、いくつか質問します。",
    get_it_at="詳しくは {}",
    ask_guess="imap.{0} または mail.{0} が応答するか確かめますか?",
    guessing="確かめています…",
    guessed="{}が応答しました。",
    none_answered="どちらも応答しません。IMAPサーバーの名前はプロバイダーのヘルプで確認できます。",
    ask_host="IMAPサーバー",
    ask_user="ユーザー名",
    ask_password="パスワード(表示されません)",
    ask_app_password="アプリ用パスワード(表示されません)",
    oauth_instead="ここではパスワードは不要です。",
    client_id_needed="プロバイダーにプログラムを知らせるため、自分用の「クライアント」を一度だけ登録します。"
    "手順は docs/oauth.ja.md にあります。IDは秘密ではありません。",
    ask_client_id="クライアントID",
    trying="{}に接続しています…",
    works="ログインできました。見張るフォルダー: {}",
    refused="ユーザー名またはパスワードが受け付けられませんでした。",
    refused_app_password="このプロバイダーでは、通常のパスワードではなくアプリ用のパスワードが必要です。",
    unreachable="サーバーに接続できませんでした。名前は正しいですか?",
    not_trusted="サーバーが{}であることを確認できませんでした。独自の認証局の場合は --ca-file を指定してください。",
    try_again="もう一度入力してください。",
    id_known="プロバイダーによる送信元の判定を、既知の形でメールから確認しました({mails}通中{agreeing}通)。",
    id_learned="プロバイダーが送信元を判定し、次の名前で記録しています: {id}({mails}通中{agreeing}通)",
    id_not_akin="この名前はメールサーバーと共通点がありません。心当たりがある場合だけ信用してください。",
    id_unlike="メールにある名前が、一覧の内容と異なります。一覧を直しますので、お知らせください。",
    id_ask="この名前を信用しますか?(信用すると、Amazonからの本物のメールを見分けられます)",
    id_taken="今後、この名前を信用します: {}",
    id_not_taken="信用しません。荷物は表示しますが、「未確認」の印が付きます。",
    id_use_option="信用するには、--authserv-id {}(またはauto)を付けて `konbini init` を実行してください。",
    id_none={
        "without_id": "プロバイダーは送信元の判定を名前なしで記録しています。この形を信用するのはOutlookだけです。"
        "自前のDKIM検証で確認できないメールには「未確認」の印が付きます。",
        "nothing": "プロバイダーは送信元の判定をメールに記録していません。DKIM署名(追加機能: dkim)で確認し、"
        "確認できないメールには「未確認」の印が付きます。",
        "differing": "プロバイダーが送信元の判定に使う名前を、メールから1つに決められません。"
        "自前のDKIM検証で確認できないメールには「未確認」の印が付きます。設定の authserv_id は手で書くこともできます。",
        "too_few": "プロバイダーがどう送信元を判定しているか、メールが少なくてわかりません。",
    },
    kept_in_keyring="パスワードをシステムのキーリングに保存しました。",
    no_keyring="ここではキーリングを使えません。パスワードをファイルに書くことはありません。代わりの方法:",
    no_keyring_extra="  - キーリングを使うための追加機能を入れる: pip install 'konbini-watcher[keyring]'",
    no_keyring_environment="  - 環境変数: {}=… を付けて `konbini run`(サービスでは `systemctl --user edit "
    "konbini-watcher` で [Service] に EnvironmentFile= を書き、そのファイルを0600にします)",
    no_keyring_systemd="  - systemdの認証情報(システムサービスの場合): "
    'password_command = ["systemd-creds", "cat", "{}"]',
    ask_command="  - パスワードを出力するコマンド。例: pass show mail/imap(Enterのみ: 環境変数)",
    in_environment="パスワードは環境変数から読み取ります: {}",
    command_works="コマンドでログインできました。",
    written="書き込みました: {}(本人だけが読めます)",
    added="{}にメールボックス{}を追加しました。",
    former="以前の設定は {} に残してあります",
    reading="過去{}日間のメールを読んでいます…",
    found="過去{days}日間の荷物: {parcels}(受け取り待ち: {waiting}件)。",
    found_none="過去{}日間に、コンビニ受取の荷物はありませんでした。次のメールが届けば自動で表示されます。",
    not_understood="読み取れなかったメール: {}通(`konbini mails` で表示)",
    suspicious="Amazonを装ったメール: {}通(理由は `konbini mails --suspicious`)",
    reading_failed="設定は書き込みましたが、今はメールを読めませんでした: {}",
    ask_service="見張りをバックグラウンドで動かし、ログイン時に自動で始めますか?",
    later_service="`konbini run` でこの端末から、`konbini service install` でバックグラウンドで見張れます。",
    restart_service="すでに動いている見張りは、起動し直すと新しい設定になります: `konbini service install`",
    service_needs_password="サービスには、上の方法でパスワードを渡す必要があります。今は登録していません。",
    next_login="次に、ブラウザーでログインしてください: `konbini login {} --oauth {}`",
    next_check="その後 `konbini check` で過去{}日間のメールを読みます。",
    missing="--no-input では質問できないため、{}が必要です",
    choose_add_or_force="{}に設定ファイルがあります。追加は --add、置き換えは --force を付けてください",
    not_together="{}と{}は同時に指定できません",
    no_password_given="パスワードがありません。--password-stdin か --password-command を指定するか、"
    "環境変数{}を設定してください",
    name_taken="{}という名前のメールボックスがすでにあります。--name で別の名前を指定してください",
    comments=Comments(
        file="konbini-watcher の設定(`konbini init` が作成)。自由に書き換えられます。\n"
        "間違いは `konbini config check` が、各項目の意味は config.example.toml が教えます。"
        "パスワードはこのファイルに書きません。",
        password_keyring="パスワードはシステムのキーリングにあります。変更は `konbini login`。",
        password_environment="パスワードは環境変数(KONBINI_PASSWORD_ と大文字の名前)から読みます。\n"
        'コマンドから読むこともできます: password_command = ["pass", "show", "mail/imap"]',
        password_command="パスワードを出力するコマンド(シェルは使いません)",
        oauth="パスワードは使いません。`konbini login` でブラウザーから一度ログインします。",
        folders="フォルダー名、または用途",
        authserv_id="信用するAuthentication-ResultsのID",
        no_authserv_id="信用するAuthentication-ResultsのID(既知のプロバイダーでは不要)",
        lookback="初回にさかのぼる日数",
        forwarders="この人からの転送メールを読みます",
        rest="以下は初期値です。変えるときは # を外してください。\n\n"
        '[reminders]                 # 時刻は日本時間\nat = "18:00"\ndays_before = [3, 1, 0]\n'
        'quiet = "22:00-07:00"\n\n[notify]\ndesktop = true\npush = ["ntfy://ntfy.example.jp/my-topic"]\n'
        "show_numbers = true         # false: 番号はコマンドだけで表示\n\n"
        '[trust]\nunverified = "show"         # hold: 未確認のメールの荷物は、確認するまで表示しない',
    ),
)


def words(language: Language) -> SetupWords:
    """The sentences of one language."""
    return JA if language == "ja" else EN


def parcels_counted(number: int, language: Language) -> str:
    """``1 parcel``, ``3 parcels``, 3件."""
    if language == "ja":
        return f"{number}件"
    return f"{number} parcel" if number == 1 else f"{number} parcels"
