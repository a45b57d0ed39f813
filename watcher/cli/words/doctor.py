"""What ``doctor`` says: a name for each check, a sentence for each fact, and what to type next."""

from __future__ import annotations

from watcher.notify.notification import Language

STATES = {"ok": ("ok", "正常"), "warn": ("warn", "注意"), "fail": ("FAIL", "異常")}
"""State → English, Japanese."""

CHECKS = {
    "program": ("program", "プログラム"),
    "configuration": ("configuration", "設定"),
    "permissions": ("permissions", "ファイルの権限"),
    "extras": ("optional packages", "追加機能"),
    "store": ("store", "データベース"),
    "disk": ("disk", "ディスク"),
    "clock": ("clock", "時計"),
    "time_zone": ("time zone", "タイムゾーン"),
    "keyring": ("keyring", "キーリング"),
    "mailbox": ("mailbox", "メールボックス"),
    "mailbox.dns": ("name", "名前解決"),
    "mailbox.connection": ("connection", "接続"),
    "mailbox.tls": ("encryption", "暗号化"),
    "mailbox.login": ("login", "ログイン"),
    "mailbox.folders": ("folders", "フォルダー"),
    "mailbox.idle": ("push", "即時通知"),
    "mailbox.authserv_id": ("sender check", "送信元の確認"),
    "mailbox.last": ("last look", "最後の確認"),
    "channel": ("notifications", "お知らせの手段"),
    "channel.reminders": ("notifications", "お知らせの手段"),
    "channel.test": ("test notification", "テスト送信"),
    "calendar": ("calendar", "カレンダー"),
    "running": ("watcher", "見張り"),
    "service": ("service", "サービス"),
    "linger": ("after logout", "ログアウト後"),
}
"""Check → English, Japanese."""

FACTS = {
    "slow": ("no answer within {seconds} seconds", "{seconds}秒以内に応答がありませんでした"),
    "broken": ("the check itself failed ({error})", "確認そのものに失敗しました({error})"),
    "program": (
        "konbini-watcher {version}, Python {python}, {system}",
        "konbini-watcher {version}、Python {python}、{system}",
    ),
    "config_good": ("{file} has no mistakes", "{file} に誤りはありません"),
    "config_absent": ("there is no configuration at {file}", "設定ファイル {file} がありません"),
    "config_mistake": ("{problem}", "{problem}"),
    "config_no_mailbox": ("{file} names no mailbox", "{file} に [[mailbox]] がありません"),
    "private": ("only you can read configuration and store", "設定とデータを読めるのは本人だけです"),
    "open_to_others": ("{file} can be read by others", "{file} をほかの利用者が読めます"),
    "somebody_elses": ("{file} belongs to somebody else", "{file} の所有者が本人ではありません"),
    "extras": ("installed: {there}; not installed: {absent}", "導入済み: {there}、未導入: {absent}"),
    "extra_missing": (
        "{key} is set, but the extra {extra} is not installed",
        "{key} が設定されていますが、追加機能 {extra} が入っていません",
    ),
    "store_none": ("nothing is stored yet", "まだ何も保存されていません"),
    "store_good": ("whole, version {version}", "破損はありません(バージョン {version})"),
    "store_elsewhere": ("{kind}, version {version}", "{kind}(版 {version})"),
    "store_older": (
        "version {version}; it is brought to {newest} when the watcher next starts",
        "バージョン {version} です。次に見張りを開始したときに {newest} に更新されます",
    ),
    "store_newer": (
        "version {version} is of a newer konbini-watcher",
        "バージョン {version} は、より新しいkonbini-watcherのものです",
    ),
    "store_busy": ("another process holds it for too long", "ほかのプロセスが長く使用中です"),
    "store_full": ("it cannot be written: no room", "空き容量がなく、書き込めません"),
    "store_damaged": ("it is damaged", "破損しています"),
    "store_unusable": ("it cannot be used: {error}", "使用できません: {error}"),
    "disk_good": ("{free} free", "空き容量 {free}"),
    "disk_low": ("only {free} free", "空き容量が残り {free} です"),
    "disk_full": ("{free} free is too little", "空き容量 {free} では足りません"),
    "disk_read_only": ("{folder} takes no writing", "{folder} に書き込めません"),
    "clock_good": ("{now}", "{now}"),
    "clock_not_synchronised": ("{now}, not synchronised", "{now}(時刻が同期されていません)"),
    "clock_behind_files": (
        "{now}, which is before our own files were written",
        "{now} ですが、保存済みのファイルより前の時刻です",
    ),
    "clock_behind_mail": (
        "{minutes} minutes behind the mail server's",
        "メールサーバーより{minutes}分遅れています",
    ),
    "zone_japan": ("{zone} ({offset})", "{zone}({offset})"),
    "zone_other": (
        "{zone} ({offset}); deadlines and reminders follow Japan's time",
        "{zone}({offset})。期限とお知らせは日本時間で扱います",
    ),
    "keyring_good": ("there ({name})", "使えます({name})"),
    "keyring_needed": (
        "none to be had, and {mailboxes} has no other way to its password",
        "使えません。{mailboxes} のパスワードを得る方法がほかにありません",
    ),
    "keyring_needed_to_sign_in": (
        "none to be had, and the sign-in of {mailboxes} has no other place",
        "使えません。{mailboxes} のサインインを保存する場所がほかにありません",
    ),
    "keyring_not_needed": ("none, and none is needed", "ありませんが、必要もありません"),
    "dns_good": ("{host}: {count} addresses", "{host}: アドレス{count}件"),
    "dns_fails": ("{host} cannot be found", "{host} が見つかりません"),
    "connection_good": ("{host}, port {port}", "{host}、ポート{port}"),
    "connection_fails": ("{host}, port {port}: {error}", "{host}、ポート{port}: {error}"),
    "tls_good": ("{version}, certificate until {until}", "{version}、証明書の期限 {until}"),
    "certificate_expires": (
        "{version}, but the certificate ends on {until}",
        "{version}。ただし証明書の期限が {until} に切れます",
    ),
    "certificate_refused": (
        "the certificate of {host} is not trusted: {error}",
        "{host} の証明書を信頼できません: {error}",
    ),
    "tls_fails": ("{host} does not speak TLS here ({error})", "{host} とTLSで通信できません({error})"),
    "login_good": ("accepted", "受け入れられました"),
    "login_refused": ("refused: {error}", "拒否されました: {error}"),
    "no_secret": ("no password: {error}", "パスワードがありません: {error}"),
    "server_busy": ("not just now: {error}", "今は応じられないとのことです: {error}"),
    "server_refuses": ("it failed: {error}", "失敗しました: {error}"),
    "folders_good": ("{folders}", "{folders}"),
    "folder_absent": ("there is no folder {folder}", "フォルダー {folder} がありません"),
    "special_folder_absent": ("the server names no {folder} folder", "サーバーに {folder} のフォルダーがありません"),
    "idle_offered": ("mails are announced at once (IDLE)", "新着はすぐに通知されます(IDLE)"),
    "idle_not_offered": (
        "the server announces nothing; it is asked every {minutes} minutes",
        "サーバーが通知に対応していないため、{minutes}分ごとに確認します",
    ),
    "authserv_no_mails": ("no recent mail to look at", "確認できる最近のメールがありません"),
    "authserv_good": (
        "{count} of {of} recent mails are marked by your provider ({id})",
        "最近のメール{of}通のうち{count}通に、プロバイダーの判定があります({id})",
    ),
    "authserv_none": (
        "none of {of} recent mails is marked by a provider, so Amazon's are shown as unverified",
        "最近のメール{of}通にプロバイダーの判定がなく、Amazonのメールも「未確認」になります",
    ),
    "authserv_other": (
        "recent mails are marked by {seen}, but only {id} is believed",
        "最近のメールの判定元は {seen} ですが、信頼する設定は {id} です",
    ),
    "authserv_unknown": (
        "recent mails are marked by {seen}, which is not configured, so Amazon's are shown as unverified",
        "最近のメールの判定元 {seen} が設定されておらず、Amazonのメールも「未確認」になります",
    ),
    "never_reached": ("the watcher has not looked yet", "見張りはまだ一度も確認していません"),
    "last_good": ("{reached}; last mail of Amazon {mail}", "{reached}(最後のAmazonのメール {mail})"),
    "last_old": (
        "not since {reached}; last mail of Amazon {mail}",
        "{reached} から確認できていません(最後のAmazonのメール {mail})",
    ),
    "no_channel": ("there is no way to reach you", "お知らせを届ける手段がありません"),
    "desktop_good": ("{server} ({can})", "{server}({can})"),
    "desktop_without_buttons": ("{server} shows no buttons ({can})", "{server} はボタンを表示できません({can})"),
    "desktop_absent": (
        "no notification server answers from here ({error})",
        "ここからは通知サーバーに接続できません({error})",
    ),
    "desktop_untold": ("this system's own", "このシステムの通知機能を使います"),
    "push_good": ("Apprise knows the address", "Appriseが対応している宛先です"),
    "push_unchecked": ("not checked", "確認していません"),
    "push_unknown": ("Apprise does not know this {scheme} address", "この {scheme} の宛先にAppriseが対応していません"),
    "push_no_url": ("this is no address", "宛先の形式ではありません"),
    "command_there": ("{program} can be run", "{program} を実行できます"),
    "command_absent": ("{program} cannot be run", "{program} を実行できません"),
    "channel_failing": (
        "failing since {since}: {error}; it is tried again by itself",
        "{since} から失敗しています: {error}(自動的に再試行します)",
    ),
    "channel_given_up": (
        "failing since {since}: {error}; {count} reminders were given up",
        "{since} から失敗し、お知らせ{count}件の送信をあきらめました: {error}",
    ),
    "test_taken": ("taken", "送信しました"),
    "test_refused": ("refused: {error}", "送信できません: {error}"),
    "calendar_good": ("{file}, written {written}", "{file}(更新 {written})"),
    "calendar_absent": ("{file}: {error}", "{file}: {error}"),
    "running": ("running", "動作中"),
    "not_running": ("not running", "動いていません"),
    "service_good": ("installed ({active})", "登録済み({active})"),
    "service_by_hand": ("not installed; the watcher was started by hand", "登録なし(手動で開始されています)"),
    "service_absent": ("not installed", "登録されていません"),
    "service_outdated": ("its file is of another version", "登録内容が別のバージョンのものです"),
    "service_failed": ("it failed", "異常終了しています"),
    "service_not_enabled": ("it does not start with your session", "ログイン時に自動では始まりません"),
    "lingers": ("goes on after you log out", "ログアウト後も動き続けます"),
    "lingers_not": ("stops when you log out", "ログアウトすると止まります"),
}
"""Fact → English, Japanese."""

_APP_PASSWORD = (
    "check user and password; many providers want an app password: `konbini login`",
    "ユーザー名とパスワードを確認(アプリパスワードが必要な場合があります): `konbini login`",
)
_AUTHSERV = (
    'if that is your own provider, set authserv_id = "{seen}" in [[mailbox]]',
    'ご利用のプロバイダーであれば、[[mailbox]] に authserv_id = "{seen}" を設定',
)
_AGAIN = ("try again: `konbini doctor`", "もう一度実行: `konbini doctor`")
_RESTORE = (
    "put it aside, then `konbini restore COPY` with a copy that lies beside it or of your own",
    "データベースを別の場所に移し、隣にあるコピーなどを指定して `konbini restore コピー`",
)
_CLOCK = ("set the clock: `timedatectl set-ntp true`", "時計を合わせる: `timedatectl set-ntp true`")
_CORRECT = (
    "correct it; `konbini config check` reads it again",
    "修正して `konbini config check` で確認",
)

NEXT = {
    "slow": _AGAIN,
    "broken": ("`konbini --verbose doctor` says more", "`konbini --verbose doctor` で詳細を表示"),
    "config_absent": ("`konbini init` makes one", "`konbini init` で作成"),
    "config_mistake": _CORRECT,
    "config_no_mailbox": ("`konbini init` adds one", "`konbini init` で追加"),
    "open_to_others": ("`{command}`", "`{command}`"),
    "somebody_elses": ("run konbini as its owner", "所有者として実行"),
    "extra_missing": (
        "`pip install 'konbini-watcher[{extra}]'`",
        "`pip install 'konbini-watcher[{extra}]'`",
    ),
    "store_newer": ("update konbini-watcher", "konbini-watcherを更新"),
    "store_busy": ("end the other process, then `konbini doctor`", "そのプロセスを終了し、`konbini doctor`"),
    "store_full": ("make room on the disk", "ディスクの空きを増やす"),
    "store_damaged": _RESTORE,
    "store_unusable": ("{hint}", "{hint}"),
    "disk_low": ("make room on the disk", "ディスクの空きを増やす"),
    "disk_full": ("make room on the disk", "ディスクの空きを増やす"),
    "disk_read_only": (
        "name another place with store.path, or make this one writable",
        "store.path で別の場所を指定するか、書き込めるようにする",
    ),
    "clock_not_synchronised": _CLOCK,
    "clock_behind_files": _CLOCK,
    "clock_behind_mail": _CLOCK,
    "keyring_needed": (
        "set password_command, or KONBINI_PASSWORD_NAME in the environment",
        "password_command か環境変数 KONBINI_PASSWORD_(名前) を設定",
    ),
    "keyring_needed_to_sign_in": (
        "set token_command (docs/oauth.md)",
        "token_command を設定(docs/oauth.ja.md)",
    ),
    "dns_fails": ("check host, and the network", "host の設定とネットワークを確認"),
    "connection_fails": ("check host and port, and the network", "host と port、ネットワークを確認"),
    "certificate_expires": ("tell who runs the server", "サーバーの管理者に連絡"),
    "certificate_refused": (
        "check host and the clock; for a private CA set ca_file",
        "host と時計を確認(独自の認証局の場合は ca_file を設定)",
    ),
    "tls_fails": ("check port and security", "port と security を確認"),
    "login_refused": _APP_PASSWORD,
    "no_secret": ("{hint}", "{hint}"),
    "server_busy": ("wait some minutes; it is tried again by itself", "数分待つ(自動的に再試行します)"),
    "server_refuses": _AGAIN,
    "folder_absent": ("correct folders in [[mailbox]]", "[[mailbox]] の folders を修正"),
    "special_folder_absent": (
        "if there is such a folder, name it in folders",
        "該当するフォルダーがあれば、folders にその名前を指定",
    ),
    "idle_not_offered": (
        "nothing to do; poll_minutes in [[mailbox]] sets how often",
        "対応は不要(間隔は [[mailbox]] の poll_minutes)",
    ),
    "authserv_none": (
        "nothing can be set; compare parcels with your orders at Amazon.co.jp",
        "設定で変えられないため、Amazon.co.jpの注文履歴と照合",
    ),
    "authserv_other": _AUTHSERV,
    "authserv_unknown": _AUTHSERV,
    "last_old": ("`konbini status` says why", "理由は `konbini status`"),
    "no_channel": (
        "set notify.desktop, notify.push or notify.command",
        "notify.desktop、notify.push、notify.command のいずれかを設定",
    ),
    "desktop_without_buttons": (
        "nothing to do; `konbini collected ID` does what the button would",
        "対応は不要(ボタンの代わりに `konbini collected ID`)",
    ),
    "desktop_absent": (
        "try it in a desktop session, or set notify.desktop = false and another way",
        "デスクトップ環境で試すか、notify.desktop = false にして別の手段を設定",
    ),
    "push_unknown": ("correct notify.push", "notify.push を修正"),
    "push_no_url": ("correct notify.push", "notify.push を修正"),
    "command_absent": ("correct notify.command", "notify.command を修正"),
    "channel_failing": ("`konbini doctor --notify` tries it", "`konbini doctor --notify` で試す"),
    "channel_given_up": ("correct it, then `konbini doctor --notify`", "設定を直し、`konbini doctor --notify`"),
    "test_refused": ("correct [notify], then `konbini doctor --notify`", "[notify] を直し、`konbini doctor --notify`"),
    "calendar_absent": (
        "`konbini export ics --output FILE` says what is wrong",
        "原因は `konbini export ics --output ファイル名`",
    ),
    "not_running": ("`konbini service install`, or `konbini run`", "`konbini service install` または `konbini run`"),
    "service_absent": ("`konbini service install`", "`konbini service install`"),
    "service_outdated": ("`konbini service install`", "`konbini service install`"),
    "service_failed": ("`konbini service logs` says why", "理由は `konbini service logs`"),
    "service_not_enabled": ("`konbini service install`", "`konbini service install`"),
    "lingers_not": ("`loginctl enable-linger`", "`loginctl enable-linger`"),
    "store_older": ("nothing to do", "対応は不要"),
}
"""Fact that is not well → what to do, English, Japanese."""

ALL_WELL = ("Nothing is wrong.", "問題はありません。")
SUMMARY = ("Failed: {failed}, to know: {warned}.", "異常{failed}件、注意{warned}件")
WHAT_TO_DO = ("do what stands behind → below each FAIL", "各「異常」の → に続く操作をお試しください")
TEST_TITLE = ("A test of konbini-watcher", "konbini-watcherのテスト")
TEST_BODY = ("Reminders reach you here.", "お知らせはここに届きます。")


def in_language(pair: tuple[str, str], language: Language) -> str:
    """One of the two sentences."""
    return pair[1] if language == "ja" else pair[0]
