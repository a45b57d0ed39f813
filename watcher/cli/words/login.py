"""What ``login`` says."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.notify.notification import Language


@dataclass(frozen=True, slots=True)
class LoginWords:
    """One field per sentence; ``page`` is what the browser shows in the end."""

    ask_login: str
    login_kept: str
    nothing_to_keep: str
    only_oauth: str
    no_browser_flow: str
    ask_for_client: str
    ask_for_client_again: str
    enter_code: str
    waiting: str
    open_here: str
    open_elsewhere: str
    ask_address: str
    no_address: str
    signed_in: str
    page: str


_PAGE = (
    '<!DOCTYPE html><html lang="{lang}"><meta charset="utf-8"><title>konbini-watcher</title>'
    '<body style="font-family: sans-serif; margin: 3em">{text}</body></html>'
)

EN = LoginWords(
    ask_login="Password",
    login_kept="The password of {} is in the system's keyring.",
    nothing_to_keep="there is no terminal to ask on; give the password on standard input",
    only_oauth='--browser and --paste belong to mailboxes with "oauth"',
    no_browser_flow="{} has no sign-in in the browser; leave --browser and --paste away",
    ask_for_client="The client's secret",
    ask_for_client_again="The client's secret (empty: as before)",
    enter_code="Open this address in a browser, on any machine, and enter the code:\n  {address}\n  {code}",
    waiting="Waiting for you to sign in … (Ctrl-C ends it)",
    open_here="The browser opens. If it does not, open this address in a browser on this machine:\n  {}",
    open_elsewhere="Open this address in a browser, on any machine, and sign in:\n  {}\n"
    "The browser ends at a page that it cannot show. That is right: copy its whole address (http://…), paste it here.",
    ask_address="Address",
    no_address="there is no terminal to ask on; give the address on standard input",
    signed_in="{}: signed in with {}. The tokens are in the system's keyring.",
    page=_PAGE.format(lang="en", text="You are signed in. You can close this page."),
)

JA = LoginWords(
    ask_login="パスワード",
    login_kept="{}のパスワードをシステムのキーリングに保存しました。",
    nothing_to_keep="ターミナルがないため入力できません。パスワードを標準入力から渡してください",
    only_oauth="--browser と --paste は、oauth を設定したメールボックスでのみ使えます",
    no_browser_flow="{}はブラウザーでのサインインに対応していません。--browser と --paste を外してください",
    ask_for_client="クライアントシークレット",
    ask_for_client_again="クライアントシークレット(空欄: 前回と同じ)",
    enter_code="次のアドレスをブラウザーで開き、コードを入力してください(スマートフォンなどでもかまいません)。"
    "\n  {address}\n  {code}",
    waiting="サインインを待っています…(中止するにはCtrl-C)",
    open_here="ブラウザーを開きます。開かないときは、このパソコンのブラウザーで次のアドレスを開いてください。\n  {}",
    open_elsewhere="次のアドレスをブラウザーで開き、サインインしてください(スマートフォンや別のパソコンでもかまいません)。"
    "\n  {}\n"
    "最後に「表示できません」というページになりますが、問題ありません。"
    "そのページのアドレス(http://…)全体をコピーして、ここに貼り付けてください。",
    ask_address="アドレス",
    no_address="ターミナルがないため入力できません。アドレスを標準入力から渡してください",
    signed_in="{}: {}にサインインしました。トークンはシステムのキーリングに保存しました。",
    page=_PAGE.format(lang="ja", text="サインインしました。このページは閉じてかまいません。"),
)


def words(language: Language) -> LoginWords:
    """The sentences of one language."""
    return JA if language == "ja" else EN
