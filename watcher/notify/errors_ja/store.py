"""The database, its copies, and the lock beside it."""

SENTENCES = {
    "the database cannot be used ({reason})": "データベースを使用できません({reason})",
    "the database is in use by another process for too long": "ほかのプロセスがデータベースを長時間使用しています",
    "try again; `konbini status` shows whether the daemon runs": (
        "もう一度お試しください。見張りの状態は `konbini status` で確認できます"
    ),
    "there is no space left for the database": "ディスクの空きがなく、データベースに書き込めません",
    "make room on the disk; nothing that was stored is lost": (
        "ディスクの空きを増やしてください。保存済みの内容は失われていません"
    ),
    "the database file could not be written": "データベースのファイルに書き込めませんでした",
    "the database file cannot be opened for writing ({reason})": (
        "データベースのファイルを書き込み用に開けません({reason})"
    ),
    "it and its folder must belong to the person who runs this program": (
        "ファイルとフォルダーの所有者を、このプログラムを使う本人にしてください"
    ),
    "the database file is damaged or no database ({reason})": (
        "データベースのファイルが壊れているか、データベースではありません({reason})"
    ),
    "put it aside and restore a copy (*.backup-*) that lies beside it": (
        "このファイルを別の場所へ移し、同じフォルダーにある控え(*.backup-*)から復元してください"
    ),
    "the store's address cannot be used": "データベースの指定が正しくありません",
    "see `url` in the configuration's [store]": "設定の [store] の url を確認してください",
    "the database file cannot be made: {reason}": "データベースのファイルを作成できません: {reason}",
    "the lock file beside the store cannot be made: {reason}": "ロックファイルを作成できません: {reason}",
    "see `path` in the configuration's [store], and who may write there": (
        "設定の [store] の path と、その場所への書き込み権限を確認してください"
    ),
    "another konbini daemon watches for this store": "このデータベースの見張りは、すでに動いています",
    "`konbini status` shows how it is doing": "状態は `konbini status` で確認できます",
    "the database was made by a newer version of this program": (
        "このデータベースは、より新しいバージョンのプログラムで作成されています"
    ),
    "update konbini-watcher, or restore a copy (*.backup-*) that lies beside the database": (
        "konbini-watcherを更新するか、同じフォルダーにある控え(*.backup-*)から復元してください"
    ),
    "the migration scripts cannot be used": "データベースの更新用スクリプトを使用できません",
    "install konbini-watcher again; the database was not changed": (
        "konbini-watcherを入れ直してください。データベースは変更していません"
    ),
    "what was deleted can still be read in the database's log, which another process uses": (
        "ほかのプロセスが使用中のため、削除した内容がデータベースのログにまだ残っています"
    ),
    "run the same command again; it then only cleans the files": (
        "同じコマンドをもう一度実行してください(ファイルの消去だけを行います)"
    ),
    "the copy was made by a newer version of this program": (
        "この控えは、より新しいバージョンのプログラムで作成されています"
    ),
    "update konbini-watcher; nothing was replaced": "konbini-watcherを更新してください。何も置き換えていません",
    "the copy is damaged": "この控えは壊れています",
    "the copy is damaged or no database": "この控えは壊れているか、データベースではありません",
    "this is no copy of a konbini database": "konbiniのデータベースの控えではありません",
    "take another copy; nothing was replaced": "別の控えを指定してください。何も置き換えていません",
    "another process has the database open": "ほかのプロセスがデータベースを開いています",
    "end it and try again; nothing was replaced": (
        "そのプロセスを終了してから、もう一度お試しください。何も置き換えていません"
    ),
    "see whether the file is there, and who may read and write it": (
        "ファイルの有無と、読み書きの権限を確認してください"
    ),
    "there is no store": "データベースがありません",
}
