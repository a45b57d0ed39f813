"""What each exit code means (sysexits.h)."""

from __future__ import annotations

EXIT_CODES = {
    0: ("ok", "正常終了"),
    1: ("unexpected", "予期しないエラー"),
    2: ("usage", "使い方の誤り"),
    4: ("no such parcel", "該当する荷物なし"),
    69: ("already running or not running", "すでに動作中、または動作していない"),
    75: ("try again", "時間をおいて再試行"),
    77: ("login refused", "ログイン拒否"),
    78: ("configuration", "設定の誤り"),
}
"""Exit code → English, Japanese."""
