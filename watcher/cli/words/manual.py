"""What the command reference and the man page say beside the sentences of ``--help``."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.notify.notification import Language


@dataclass(frozen=True, slots=True)
class ManualWords:
    """Headings and sentences."""

    title: str
    section: str
    generated: str
    name: str
    synopsis: str
    description: str
    how_it_speaks: str
    global_options: str
    commands: str
    examples: str
    default: str
    help_option: str
    version_option: str
    exit_status: str
    environment: str
    environment_config: str
    environment_language: str
    environment_colour: str
    files: str
    file_config: str
    file_store: str


EN = ManualWords(
    section="User Commands",
    title="Commands",
    generated="Made from the same sentences as `konbini --help`, by `python -m watcher.cli.manual`; do not edit.",
    name="NAME",
    synopsis="SYNOPSIS",
    description="DESCRIPTION",
    how_it_speaks="Data goes to standard output and words to standard error. Fields of --json are never removed or "
    "renamed.",
    global_options="Options of every command (before its name)",
    commands="COMMANDS",
    examples="Examples",
    default="(otherwise {})",
    help_option="Show help.",
    version_option="Show the version.",
    exit_status="EXIT STATUS",
    environment="ENVIRONMENT",
    environment_config="The configuration file, where --config does not name one.",
    environment_language="ja or en, where the configuration does not say; otherwise LC_ALL, LC_MESSAGES and LANG do.",
    environment_colour="Set to anything, it keeps colour away.",
    files="FILES",
    file_config="The configuration; `konbini config path` tells where it is on your system.",
    file_store="Everything that is stored, readable by you alone.",
)

JA = ManualWords(
    section="ユーザーコマンド",
    title="コマンド一覧",
    generated="`konbini --help` と同じ文から `python -m watcher.cli.manual` で作成しています。"
    "直接編集しないでください。",
    name="名前",
    synopsis="書式",
    description="説明",
    how_it_speaks="データは標準出力に、説明文は標準エラー出力に表示します。--json の項目が削除されたり、"
    "名前が変わったりすることはありません。",
    global_options="すべてのコマンドに共通のオプション(コマンド名の前に指定)",
    commands="コマンド",
    examples="例",
    default="(省略時は {})",
    help_option="ヘルプを表示します。",
    version_option="バージョンを表示します。",
    exit_status="終了コード",
    environment="環境変数",
    environment_config="設定ファイル(--config を指定しないとき)。",
    environment_language="表示言語(jaまたはen)。設定ファイルに指定がないときに使います。"
    "どちらもなければLC_ALL、LC_MESSAGES、LANGに従います。",
    environment_colour="何か設定されていれば、色を付けません。",
    files="ファイル",
    file_config="設定ファイル。お使いの環境での場所は `konbini config path` で表示できます。",
    file_store="保存されているすべての内容。本人だけが読めます。",
)


def words(language: Language) -> ManualWords:
    """The sentences of one language."""
    return JA if language == "ja" else EN
