"""``konbini`` and ``python -m watcher``."""

from __future__ import annotations

from watcher.cli.main import konbini, main

__all__ = ["konbini", "main"]

if __name__ == "__main__":
    main()
