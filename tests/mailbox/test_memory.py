"""What was freed goes back to the system."""

from __future__ import annotations

import platform
import subprocess
import sys

PROGRAM = """
from threading import Thread
from watcher.mailbox.memory import give_back

def resident():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS:")) // 1024

kept = []

def read_mails():
    mails = [bytes([number % 256]) * 25_000 for number in range(2_000)]
    kept.append(mails[::200])  # what is used still keeps the heap below it from shrinking

threads = [Thread(target=read_mails) for _ in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
before = resident()
give_back()
print(before - resident())
"""


def test_what_lies_free_between_what_is_used_goes_back_to_the_system() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    if platform.libc_ver()[0] == "glibc":
        assert int(done.stdout) > 20  # MB of some hundred
