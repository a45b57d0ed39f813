"""What ``service`` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watcher.notify.notification import Language


@dataclass(frozen=True, slots=True)
class ServiceWords:
    """One field per sentence."""

    written: str
    unchanged: str
    started: str
    linger: str
    untested: str
    removed: str
    nothing_installed: str
    not_installed: str
    installed: str
    outdated: str
    enabled: str
    not_enabled: str
    manager: str
    manager_unknown: str
    log_file: str
    no_log: str
    install_hint: str
    run_hint: str
    states: Mapping[str, str]


EN = ServiceWords(
    written="Written: {}",
    unchanged="Already there: {}",
    started="The watcher runs in the background. `konbini service status` shows how it is doing.",
    linger="It runs while you are logged in. To keep it running after you log out, and from the start of the machine: "
    "`loginctl enable-linger`",
    untested="This is written by the rules of its maker but was not tried on a real machine.",
    removed="The service is stopped; removed: {}",
    nothing_installed="No service is installed.",
    not_installed="Not installed. `konbini service install` does it.",
    installed="Installed: {}",
    outdated="The file is not what this version would write: run `konbini service install` again.",
    enabled="Starts with your session.",
    not_enabled="Does not start with your session.",
    manager="Service manager: {}",
    manager_unknown="The service manager cannot be asked from here.",
    log_file="The log is in {}",
    no_log="The task scheduler keeps no log of what the watcher says; run `konbini --verbose run` on a terminal.",
    install_hint="`konbini service install`",
    run_hint="`konbini service logs` shows why; `konbini service install` starts it again.",
    states={
        "active": "running",
        "activating": "starting",
        "deactivating": "stopping",
        "inactive": "not running",
        "failed": "failed; `konbini service logs` shows why",
    },
)

JA = ServiceWords(
    written="書き込みました: {}",
    unchanged="変更はありません: {}",
    started="見張りをバックグラウンドで開始しました。状態は `konbini service status` で確認できます。",
    linger="ログインしている間だけ動きます。ログアウト後や、パソコンの起動直後から動かすには、次を実行してください: "
    "`loginctl enable-linger`",
    untested="OSの仕様に沿って作成しましたが、実機では確認していません。",
    removed="サービスを停止し、削除しました: {}",
    nothing_installed="登録されているサービスはありません。",
    not_installed="登録されていません。`konbini service install` で登録できます。",
    installed="登録済み: {}",
    outdated="ファイルの内容がこのバージョンのものと異なります。`konbini service install` をもう一度実行してください。",
    enabled="ログイン時に自動で始まります。",
    not_enabled="ログイン時に自動では始まりません。",
    manager="サービスの状態: {}",
    manager_unknown="ここからはサービスの状態を確認できません。",
    log_file="記録は次のファイルにあります: {}",
    no_log="タスクスケジューラは見張りの出力を保存しません。ターミナルで `konbini --verbose run` を実行してください。",
    install_hint="`konbini service install`",
    run_hint="理由は `konbini service logs` で確認できます。`konbini service install` でもう一度開始できます。",
    states={
        "active": "動作中",
        "activating": "開始中",
        "deactivating": "停止中",
        "inactive": "停止",
        "failed": "異常終了(理由は `konbini service logs` で確認できます)",
    },
)


def words(language: Language) -> ServiceWords:
    """The sentences of one language."""
    return JA if language == "ja" else EN
