"""Channels that leave the desktop: a command of the person's own, and push services."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from tests.fixtures import ROOT
from watcher.errors import NotifyError
from watcher.notify.fan_out import send_all
from watcher.notify.hook import Hook
from watcher.notify.notification import Notification, Urgency
from watcher.notify.push import Push

NOTE = Notification("parcel-1", "受取期限は明日です", "お問い合わせ番号 2874 9601 3582", Urgency.CRITICAL, (1,))


def test_the_hook_gets_json(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    copy = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_bytes(sys.stdin.buffer.read())"
    asyncio.run(Hook((sys.executable, "-c", copy, str(out))).send(NOTE))
    found = json.loads(out.read_text("utf-8"))
    assert found == {
        "title": NOTE.title,
        "body": NOTE.body,
        "urgency": "critical",
        "tag": "parcel-1",
        "parcel_ids": [1],
    }


@pytest.mark.parametrize("page", ["hook.md", "hook.ja.md"])
def test_the_example_of_the_documents_is_what_a_hook_gets(page: str, tmp_path: Path) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", (ROOT / "docs" / page).read_text("utf-8"), re.DOTALL)
    promised = json.loads(example)
    note = Notification(
        promised["tag"],
        promised["title"],
        promised["body"],
        Urgency(promised["urgency"]),
        tuple(promised["parcel_ids"]),
    )
    out = tmp_path / "out.json"
    asyncio.run(Hook(("sh", "-c", f"cat > {out}")).send(note))
    assert json.loads(out.read_text("utf-8")) == promised
    assert list(json.loads(out.read_text("utf-8"))) == list(promised)


def test_a_hook_has_the_environment_and_gets_utf8_on_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KONBINI_TEST", "架空")
    out = tmp_path / "out"
    asyncio.run(Hook(("sh", "-c", f'printf "%s\n" "$KONBINI_TEST" > {out}; cat >> {out}')).send(NOTE))
    environment, document = out.read_text("utf-8").splitlines()
    assert environment == "架空"
    assert NOTE.title in document


def test_a_hook_that_reads_nothing_has_taken_it() -> None:
    asyncio.run(Hook(("true",)).send(Notification("t", "x", "y" * 1_000_000, Urgency.LOW)))


def test_what_a_hook_prints_and_the_text_of_a_notification_meet_no_shell(tmp_path: Path) -> None:
    hostile = Notification("t", f"$(touch {tmp_path}/a)", f"`touch {tmp_path}/b`; touch {tmp_path}/c", Urgency.LOW)
    asyncio.run(Hook(("cat",)).send(hostile))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [("no-such-command",), ("false",)])
def test_a_hook_that_fails_says_so(command: tuple[str, ...]) -> None:
    with pytest.raises(NotifyError) as caught:
        asyncio.run(Hook(command).send(NOTE))
    assert "2874" not in str(caught.value)


def test_a_hook_that_hangs_is_ended() -> None:
    sleeper = (sys.executable, "-c", "import time; time.sleep(60)")
    outcomes = asyncio.run(send_all([Hook(sleeper, seconds=0.5)], NOTE))
    assert "longer than" in str(outcomes["command"])


def test_what_a_hook_started_is_ended_with_it(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script = f"sleep 60 & echo $! > {pids}; wait"
    outcomes = asyncio.run(send_all([Hook(("sh", "-c", script), seconds=1.0)], NOTE))
    assert isinstance(outcomes["command"], NotifyError)
    child = Path("/proc") / pids.read_text().strip() / "stat"
    assert not child.exists() or child.read_text().rpartition(")")[2].split()[0] == "Z"


def test_a_hook_does_not_keep_the_program_from_stopping() -> None:
    async def story() -> None:
        sending = asyncio.create_task(Hook(("sleep", "60")).send(NOTE))
        await asyncio.sleep(0.1)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending

    begun = time.monotonic()
    asyncio.run(story())
    assert time.monotonic() - begun < 30


class Service(BaseHTTPRequestHandler):
    """Something shaped like ntfy."""

    got: ClassVar[list[bytes]] = []
    status: ClassVar[int] = 200

    def do_POST(self) -> None:
        self.got.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        pass


@pytest.fixture
def service() -> Iterator[int]:
    """A service on loopback; gives its port."""
    Service.got.clear()
    Service.status = 200
    server = HTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_push_arrives(service: int) -> None:
    push = Push(f"ntfy://127.0.0.1:{service}/topic", 1)
    asyncio.run(push.send(NOTE))
    assert push.name == "ntfy-1"
    (got,) = Service.got
    assert NOTE.body in json.dumps(json.loads(got), ensure_ascii=False)


def test_push_that_fails_says_so(service: int) -> None:
    Service.status = 500
    with pytest.raises(NotifyError) as caught:
        asyncio.run(Push(f"ntfy://user:hunter2@127.0.0.1:{service}/topic", 1).send(NOTE))
    assert "hunter2" not in str(caught.value)
    assert not caught.value.permanent


def test_an_unknown_url_is_never_tried_again() -> None:
    with pytest.raises(NotifyError) as caught:
        asyncio.run(Push("nonsense://x", 1).send(NOTE))
    assert caught.value.permanent
