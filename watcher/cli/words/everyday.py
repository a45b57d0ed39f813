"""What the commands of every day say: notes, corrections, searching, copies, forgetting."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.notify.notification import Language


@dataclass(frozen=True, slots=True)
class EverydayWords:
    """One field per sentence."""

    note_line: str
    note_kept: str
    note_cleared: str
    no_note: str
    clear_or_text: str
    empty_note: str
    added: str
    edited: str
    needs_a_number: str
    deadline_is_over: str
    nothing_to_change: str
    check_the_number: str
    not_an_inquiry: str
    not_an_auth: str
    not_a_code: str
    not_an_order: str
    not_a_day: str
    no_order: str
    no_order_hint: str
    opened: str
    no_browser: str
    nothing_to_search: str
    nothing_found: str
    nothing_stored: str
    nothing_stored_hint: str
    same_file: str
    file_exists: str
    backed_up: str
    restored: str
    replaced: str
    other_database: str
    other_database_hint: str
    needs_yes: str
    ask_forget: str
    nothing_forgotten: str
    forgotten: str
    copy_deleted: str
    importing: str


EN = EverydayWords(
    note_line="Note: {}",
    note_kept="Parcel {}: note kept.",
    note_cleared="Parcel {}: note removed.",
    no_note="Parcel {} has no note.",
    clear_or_text="give either a text or --clear",
    empty_note="the note is empty; --clear removes the one there is",
    added="Parcel {}: added. (`konbini show {}` shows the card.)",
    edited="Parcel {}: corrected. Later mails will not change this.",
    needs_a_number="give at least one of --inquiry, --order and --code",
    deadline_is_over="the deadline has already passed",
    nothing_to_change="say what to correct, e.g. --auth or --deadline; --help lists the options",
    check_the_number="The check digit of the inquiry number does not fit. Please compare it with the mail once more.",
    not_an_inquiry="an inquiry number has 12 digits, or DA and 10 digits",
    not_an_auth="an auth number has 7 digits",
    not_a_code="a pick-up code has 6 digits",
    not_an_order="an order number has 3, 7 and 7 digits, such as 250-1234567-7654321",
    not_a_day="not a day such as 2026-03-11",
    no_order="no order number is known of parcel {}",
    no_order_hint="`konbini edit {} --order N` adds it",
    opened="Parcel {}: the order's page is opening in your browser.",
    no_browser="No browser could be started. Open this address yourself.",
    nothing_to_search="say what to search for",
    nothing_found="No parcel was found.",
    nothing_stored="nothing is stored yet",
    nothing_stored_hint="run `konbini check` or `konbini import` first",
    same_file="this is the store itself",
    file_exists="{} is already there; --force replaces it",
    backed_up="Everything that is stored was copied to {}. Keep it safe: it holds the numbers.",
    restored="{} was put in place.",
    replaced="What it replaced is kept in {}.",
    other_database="the store is not a SQLite file, so it has to be copied with its own tools",
    needs_yes="there is no terminal to ask on; give --yes to delete it for good",
    ask_forget="Delete this parcel for good, with its numbers, mails and reminders?",
    nothing_forgotten="Nothing was deleted.",
    forgotten="Parcel {}: forgotten. Its mails stay in your mailbox, and a new mail about it would be a new parcel. "
    "Files that you made with `konbini backup` still hold it.",
    copy_deleted="The automatic copy {} could not be changed and was deleted as a whole.",
    importing="Reading mails",
    other_database_hint="use those of the database named by `url` in [store], for PostgreSQL pg_dump and pg_restore",
)

JA = EverydayWords(
    note_line="メモ: {}",
    note_kept="荷物{}のメモを保存しました。",
    note_cleared="荷物{}のメモを削除しました。",
    no_note="荷物{}にメモはありません。",
    clear_or_text="メモの文か --clear のどちらか一方を指定してください",
    empty_note="メモが空です。削除するには --clear を付けてください",
    added="荷物{}を追加しました(カードを見るには `konbini show {}`)。",
    edited="荷物{}を訂正しました。今後メールが届いても、この内容は変わりません。",
    needs_a_number="--inquiry、--order、--code のうち少なくとも一つを指定してください",
    deadline_is_over="受取期限をすでに過ぎています",
    nothing_to_change="訂正する項目を指定してください(例: --auth、--deadline)。--help で一覧を表示します",
    check_the_number="お問い合わせ番号の検査数字が合いません。もう一度メールと見比べてください。",
    not_an_inquiry="お問い合わせ番号は12桁の数字、またはDAで始まる10桁の数字です",
    not_an_auth="認証番号は7桁の数字です",
    not_a_code="受け取りコードは6桁の数字です",
    not_an_order="注文番号は3桁-7桁-7桁の形です(例: 250-1234567-7654321)",
    not_a_day="日付は 2026-03-11 のように指定してください",
    no_order="荷物{}の注文番号がわかりません",
    no_order_hint="`konbini edit {} --order 注文番号` で追加できます",
    opened="荷物{}の注文ページをブラウザーで開きます。",
    no_browser="ブラウザーを起動できませんでした。上のアドレスを開いてください。",
    nothing_to_search="探す言葉や番号を指定してください",
    nothing_found="該当する荷物は見つかりませんでした。",
    nothing_stored="まだ何も保存されていません",
    nothing_stored_hint="先に `konbini check` か `konbini import` を実行してください",
    same_file="これは使用中のデータベースそのものです",
    file_exists="{}はすでにあります。置き換えるには --force を付けてください",
    backed_up="保存されている内容をすべて{}にコピーしました。番号が含まれますので、大切に保管してください。",
    restored="{}の内容に戻しました。",
    replaced="それまでの内容は{}に残してあります。",
    other_database="データベースがSQLiteではないため、ここではコピーできません",
    needs_yes="ターミナルがないため確認できません。完全に消去するには --yes を付けてください",
    ask_forget="この荷物を、番号・メール・お知らせごと完全に消去しますか?",
    nothing_forgotten="何も消去しませんでした。",
    forgotten="荷物{}を消去しました。メールボックスのメールはそのままです。この荷物について新しいメールが届くと、"
    "新しい荷物として扱います。`konbini backup` で作ったファイルには残っています。",
    copy_deleted="自動保存のコピー {} は書き換えられなかったため、ファイルごと削除しました。",
    importing="メールを読み込んでいます",
    other_database_hint="[store] の `url` が指すデータベースのツールをお使いください"
    "(PostgreSQLならpg_dumpとpg_restore)",
)


def words(language: Language) -> EverydayWords:
    """The sentences of one language."""
    return JA if language == "ja" else EN
