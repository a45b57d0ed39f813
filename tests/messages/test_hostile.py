"""Hostile input costs at most a second of a processor and 200 MB, and the mail still gives its line.

The seconds are those of a process of its own, measured against a loop that this machine has just run, so that a slow
machine is not taken for a slow program.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.messages.hostile_mails import CASES

ROOT = Path(__file__).parent.parent.parent

PROGRAM = """
import json, resource, sys, time
from datetime import UTC, datetime
from tests.messages.hostile_mails import CASES
from watcher.assembly import phrases
from watcher.extractors.extract import extract
from watcher.messages.message import Reception
from watcher.messages.read import read

table, reception = phrases(), Reception(datetime.now(UTC))
extract(read(CASES["small"](), reception), table)
start = time.process_time()
for _ in range(2_000_000):
    pass
loop = time.process_time() - start
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
raw = CASES[sys.argv[1]]()
start = time.process_time()
notice = extract(read(raw, reception), table)
seconds = time.process_time() - start
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
print(json.dumps({"seconds": seconds, "loop": loop, "grown": grown, "kind": notice.kind}))
"""
LOOP_SECONDS = 0.04
"""What the loop takes on the machine for which the bound of one second was set."""


@pytest.mark.parametrize("case", CASES)
def test_cost_is_bounded(case: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, case], cwd=ROOT, capture_output=True, text=True, check=True)
    cost = json.loads(done.stdout)
    slowness = max(1.0, cost["loop"] / LOOP_SECONDS)
    assert cost["seconds"] <= 1.0 * slowness, cost
    assert cost["grown"] <= 200, cost
