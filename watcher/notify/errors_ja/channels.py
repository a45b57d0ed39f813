"""Ways to reach the person, and files that are written for others."""

SENTENCES = {
    "the console took nothing: {reason}": "ターミナルに表示できませんでした: {reason}",
    "desktop-notifier cannot be used here: {reason}": "この環境ではdesktop-notifierを使用できません: {reason}",
    "set notify.desktop = false, or reinstall the program": (
        "notify.desktop = false を設定するか、プログラムを入れ直してください"
    ),
    "the desktop did not show the notification": "デスクトップに通知を表示できませんでした",
    "this system has no notification centre": "この環境には通知の仕組みがありません",
    "start a desktop session with a notification server, or set notify.desktop = false": (
        "通知の使えるデスクトップにログインするか、notify.desktop = false を設定してください"
    ),
    "no answer within {seconds} seconds": "{seconds}秒以内に応答がありませんでした",
    "the channel broke: {reason}": "通知の送信中に異常が起きました: {reason}",
    "the command ended with code {code}": "コマンドが終了コード {code} で終わりました",
    "the command took longer than {seconds} seconds": "コマンドが{seconds}秒以内に終わりませんでした",
    "the command cannot be run ({reason})": "コマンドを実行できません({reason})",
    "correct notify.command": "notify.command を直してください",
    "push needs an extra": "スマートフォンへの通知には、追加のパッケージが必要です",
    "install it: pip install 'konbini-watcher[push]'": (
        "次のコマンドで追加してください: pip install 'konbini-watcher[push]'"
    ),
    "Apprise does not know this URL": "このURLはAppriseで使えません",
    "correct notify.push": "notify.push を直してください",
    "the service did not take it": "通知サービスが受け付けませんでした",
    "no words for it ({reason})": "お知らせの文を作れませんでした({reason})",
    "the calendar needs the package icalendar": "カレンダーの出力には icalendar パッケージが必要です",
    "install the extra: pip install 'konbini-watcher[calendar]'": (
        "次のコマンドで追加してください: pip install 'konbini-watcher[calendar]'"
    ),
    "{path} is there and is no calendar of this program; it is left as it is": (
        "{path} は、このプログラムのカレンダーではないため、変更しませんでした"
    ),
    "name another file": "別のファイルを指定してください",
    "{path} cannot be read: {reason}": "{path} を読み込めません: {reason}",
    "{path} cannot be written: {reason}": "{path} に書き込めません: {reason}",
    "see whether the folder is there, has space, and may be written by you": (
        "フォルダーの有無、空き容量、書き込み権限を確認してください"
    ),
    "{path} is not a file": "{path} はファイルではありません",
    "name another one": "別の名前を指定してください",
    "a picture needs the package Pillow": "画像の作成には Pillow パッケージが必要です",
    "install the extra: pip install 'konbini-watcher[card]'": (
        "次のコマンドで追加してください: pip install 'konbini-watcher[card]'"
    ),
    "no font with Japanese letters was found, and a picture needs one": (
        "画像の作成に必要な日本語フォントが見つかりません"
    ),
    "install one, e.g. fonts-noto-cjk with fontconfig (Debian, Ubuntu) or google-noto-sans-cjk-fonts (Fedora);"
    " --html needs none": (
        "日本語フォントをインストールしてください(Debian・Ubuntuでは fonts-noto-cjk と fontconfig、"
        "Fedoraでは google-noto-sans-cjk-fonts)。--html ならフォントは不要です"
    ),
    "no notification server answers": "通知サーバーの応答がありません",
}
