"""How long the command line needs to begin, as ratios to bare imports in the same run.

    python benchmarks/startup.py [RUNS]

Every run takes the commands in turn, so that a machine whose speed drifts slows them all; medians are compared.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time

PYTHON = sys.executable
REFERENCES = {
    "help": [PYTHON, "-c", "import sqlite3, click"],
    "list": [PYTHON, "-c", "import click, sqlalchemy as s; s.create_engine('sqlite://').connect()"],
}
COMMANDS = {
    "help": [PYTHON, "-m", "watcher", "--help"],
    "list": [PYTHON, "-m", "watcher", "list", "--json"],
}


def seconds(command: list[str], home: str) -> float:
    """Wall time of one run of a command in an empty home."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env={"HOME": home, "PATH": "/usr/bin:/bin"})
    return time.perf_counter() - start


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as home:
        for name, command in COMMANDS.items():
            pairs = [(seconds(command, home), seconds(REFERENCES[name], home)) for _ in range(runs)]
            ours, reference = (statistics.median(column) for column in zip(*pairs, strict=True))
            ratio = statistics.median(a / b for a, b in pairs)
            print(f"{name:6} {ours * 1000:7.1f} ms   reference {reference * 1000:7.1f} ms   ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
