"""What the pages about providers say beside the facts of ``data/providers.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watcher.notify.notification import Language


@dataclass(frozen=True, slots=True)
class ProviderWords:
    """One field per sentence."""

    title: str
    other_language: str
    generated: str
    introduction: str
    heads: tuple[str, ...]
    user: Mapping[str, str]
    secret: Mapping[str, str]
    after: str
    where: str
    domains: str
    junk: str
    judged: str
    not_judged: str
    source: str


EN = ProviderWords(
    title="Setting up by provider",
    other_language="[日本語](providers.ja.md)",
    generated="Made from `watcher/data/providers.toml` by `make manual`; correct it there.",
    introduction="`konbini init` knows all of this and asks only for what it cannot know. Settings change: where your "
    "provider says something else, believe your provider, and tell us.",
    heads=("provider", "IMAP server", "port", "user", "what the login wants"),
    user={
        "address": "your whole address",
        "local_part": "the part before the @",
        "id": "a name that the provider gave you",
    },
    secret={
        "password": "the mail password",
        "app_password": "an app password",
        "oauth": "a login in the browser",
    },
    after="All of them use TLS. A password never stands in the configuration: it goes into the system's keyring, or "
    "comes from a command or the environment.",
    where="Where to get it: {}",
    domains="addresses: {}",
    junk="spam folder: {}",
    judged="how it marks authentic mails is known",
    not_judged="how it marks authentic mails is not known: mails stay unverified until `authserv_id` is set",
    source="source: {} ({})",
)

JA = ProviderWords(
    title="メールサービス別の設定",
    other_language="[English](providers.md)",
    generated="`watcher/data/providers.toml` から `make manual` で作成しています。訂正はそちらにお願いします。",
    introduction="`konbini init` はここにある内容を知っていて、分からないことだけを尋ねます。設定は変わることが"
    "あります。メールサービスの案内と違うときは案内に従い、お知らせいただけると助かります。",
    heads=("メールサービス", "IMAPサーバー", "ポート", "ユーザー名", "ログインに必要なもの"),
    user={
        "address": "メールアドレス全体",
        "local_part": "@より前の部分",
        "id": "メールサービスから通知されたID",
    },
    secret={
        "password": "メールのパスワード",
        "app_password": "アプリパスワード(専用パスワード)",
        "oauth": "ブラウザーでのサインイン",
    },
    after="いずれもTLSで接続します。パスワードは設定ファイルには書かず、システムのキーリング、コマンド、環境変数の"
    "いずれかから読み込みます。",
    where="取得先: {}",
    domains="アドレス: {}",
    junk="迷惑メールのフォルダー: {}",
    judged="本物のメールに付く印の形式が分かっています",
    not_judged="本物のメールに付く印の形式が分かっていません。`authserv_id` を設定するまで、メールは未確認のままです",
    source="出典: {}({}年)",
)


def words(language: Language) -> ProviderWords:
    """The sentences of one language."""
    return JA if language == "ja" else EN
