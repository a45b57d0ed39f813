"""``konbini login`` as a person runs it: a password, a code, a browser, a pasted address."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.cli.conftest import Run
from tests.conftest import needs
from tests.fixtures import ROOT
from tests.keyrings import FILE
from tests.mailbox.oauth.authorization_server import CLIENT_ID, AuthorizationServer, wait_until

SECRETS = ("access-token", "refresh-token", "the-device-code", "s3cret")
MAILBOX = (
    f'[[mailbox]]\nname = "home"\nhost = "localhost"\nuser = "u1"\noauth = "test"\noauth_client_id = "{CLIENT_ID}"\n'
)


@pytest.fixture
def server() -> Iterator[AuthorizationServer]:
    running = AuthorizationServer()
    yield running
    running.close()


@pytest.fixture
def home(tmp_path: Path, server: AuthorizationServer) -> Path:
    """A home with a configuration that signs in at the server."""
    write(tmp_path, MAILBOX + server.config())
    return tmp_path


def write(home: Path, text: str) -> Path:
    path = home / ".config" / "konbini-watcher" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return path


def in_keyring(home: Path, backend: str = "FileKeyring") -> dict[str, str]:
    """The environment of a process whose keyring is a file in this home."""
    return {"PYTHON_KEYRING_BACKEND": f"tests.keyrings.{backend}", FILE: str(home / "keyring.json")}


def kept(home: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((home / "keyring.json").read_text("utf-8"))
    return found


@contextmanager
def running(home: Path, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A command that waits for the person; standard error is one stream with standard output."""
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C", **environment}
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "watcher", *arguments],
        cwd=ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def typed_at_a_prompt(home: Path, prompt: str, typed: str, *arguments: str, **environment: str) -> tuple[int, str]:
    """A command on a terminal that asks; what is typed before the question would be thrown away with the echo."""
    ours, theirs = pty.openpty()
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm", **environment}
    command = [sys.executable, "-W", "error", "-m", "watcher", *arguments]
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    screen, asked = b"", False
    try:
        while select.select([ours], [], [], 60.0)[0]:
            try:
                screen += os.read(ours, 65536)
            except OSError:  # the program is gone
                break
            if not asked and prompt.encode() in screen:
                asked = True
                os.write(ours, typed.encode())
        return process.wait(10), screen.decode("utf-8", "replace")
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def address_in(process: subprocess.Popen[str]) -> str:
    """The address that a command shows."""
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"^  (https?://\S+)$", line)
        if found:
            return found[1]
    raise AssertionError("no address was shown")


def test_a_code(konbini: Run, home: Path, server: AuthorizationServer) -> None:
    server.token_replies = [(400, {"error": "authorization_pending"})]
    done = konbini("--verbose", "login", "home", "--oauth", "test", **in_keyring(home))
    assert done.returncode == 0, done.stderr
    assert f"{server.url}/enter" in done.stderr
    assert "ABCD-EFGH" in done.stderr
    assert "signed in with test" in done.stderr
    (text,) = kept(home).values()
    assert json.loads(text)["refresh_token"] == "refresh-token-1"
    assert not [secret for secret in SECRETS if secret in done.stdout + done.stderr]
    assert "token" not in (home / ".config/konbini-watcher/config.toml").read_text().replace("token_url", "").replace(
        "/token", ""
    )


def test_in_japanese_and_without_naming_the_provider(konbini: Run, home: Path) -> None:
    done = konbini("login", LANG="ja_JP.UTF-8", **in_keyring(home))
    assert done.returncode == 0, done.stderr
    assert "コードを入力してください" in done.stderr
    assert "サインインしました" in done.stderr


def test_a_browser_on_this_machine(home: Path, server: AuthorizationServer) -> None:
    browser = home / "browser"
    browser.write_text(f"#!{sys.executable}\nimport sys, urllib.request\nurllib.request.urlopen(sys.argv[1])\n")
    browser.chmod(browser.stat().st_mode | stat.S_IXUSR)
    environment = in_keyring(home) | {"BROWSER": f"{browser} %s"}
    with running(home, "--verbose", "login", "home", "--browser", **environment) as process:
        out, _ = process.communicate(timeout=120)
    assert process.returncode == 0, out
    assert "The browser opens" in out
    assert "signed in with test" in out
    assert len(kept(home)) == 1
    assert not [secret for secret in SECRETS if secret in out]
    (form,) = server.sent_to("/token")
    assert form["grant_type"] == "authorization_code"


@pytest.mark.parametrize("environment", [{"SSH_CONNECTION": "x", "DISPLAY": ":0"}, {}], ids=["over SSH", "no display"])
def test_a_browser_elsewhere(home: Path, environment: dict[str, str]) -> None:
    """What the person's own machine cannot show, its address bar still holds."""
    with running(home, "login", "home", "--browser", **in_keyring(home), **environment) as process:
        url = address_in(process)
        redirect = parse_qs(urlsplit(url).query)["redirect_uri"][0]
        try:
            urllib.request.urlopen(url, timeout=30)
            raise AssertionError("nothing listens there")
        except OSError:
            pass
        opener = urllib.request.build_opener(_Stay)
        with pytest.raises(urllib.error.HTTPError) as caught:
            opener.open(url, timeout=30)
        came_to = str(caught.value.headers["Location"])
        caught.value.close()
        assert came_to.startswith(redirect)
        out, _ = process.communicate(came_to + "\n", timeout=120)
    assert process.returncode == 0, out
    assert len(kept(home)) == 1


class _Stay(urllib.request.HTTPRedirectHandler):
    """A browser that shows where it would go."""

    def redirect_request(self, *_: object) -> None:
        return None


def test_a_wrong_paste_is_said(konbini: Run, home: Path) -> None:
    done = konbini("login", "home", "--paste", stdin=b"http://127.0.0.1/?code=x&state=y\n", **in_keyring(home))
    assert done.returncode == 77
    assert "not the answer" in done.stderr
    assert konbini("login", "home", "--paste", stdin=b"", **in_keyring(home)).returncode == 2


def test_a_client_with_a_secret_gets_it_by_a_command(konbini: Run, tmp_path: Path, server: AuthorizationServer) -> None:
    write(tmp_path, MAILBOX + 'oauth_client_secret_command = ["echo", "s3cret"]\n' + server.config())
    done = konbini("login", "home", **in_keyring(tmp_path))
    assert done.returncode == 0, done.stderr
    assert server.sent_to("/token")[0]["client_secret"] == "s3cret"
    assert "s3cret" not in "".join(kept(tmp_path).values()), "what a command gives is not kept"


def test_google_wants_a_secret(konbini: Run, tmp_path: Path) -> None:
    write(tmp_path, MAILBOX.replace('"test"', '"google"'))
    done = konbini("login", "--oauth", "google", stdin=b"", **in_keyring(tmp_path))
    assert done.returncode == 77
    assert "oauth_client_secret_command" in done.stderr


def test_a_secret_is_typed_once_on_the_terminal(konbini: Run, tmp_path: Path, server: AuthorizationServer) -> None:
    """Google's clients have one; here Google is a server of ours."""
    write(tmp_path, (MAILBOX + server.config()).replace('"test"', '"google"').replace("oauth.test", "oauth.google"))
    code, screen = typed_at_a_prompt(tmp_path, "secret:", "s3cret\n", "login", "home", **in_keyring(tmp_path))
    assert code == 0, screen
    assert "s3cret" not in screen
    done = konbini("login", "home", **in_keyring(tmp_path))
    assert done.returncode == 0, done.stderr
    code, screen = typed_at_a_prompt(tmp_path, "before):", "s3cret-new\n", "login", "home", **in_keyring(tmp_path))
    assert code == 0, screen
    assert [form["client_secret"] for form in server.sent_to("/token")] == ["s3cret", "s3cret", "s3cret-new"]


def test_without_the_extra_it_is_named(konbini: Run, home: Path) -> None:
    (home / "gone" / "oauthlib").mkdir(parents=True)
    (home / "gone" / "oauthlib" / "__init__.py").write_text("raise ImportError\n")
    done = konbini("login", "home", "--oauth", "test", PYTHONPATH=str(home / "gone"), **in_keyring(home))
    assert done.returncode == 78
    assert "konbini-watcher[oauth]" in done.stderr


def test_without_a_keyring_what_can_be_done_is_said_first(
    konbini: Run, home: Path, server: AuthorizationServer
) -> None:
    done = konbini("login", "home", PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    assert done.returncode == 77
    assert "token_command" in done.stderr
    assert server.forms == [], "nobody signs in for nothing"
    assert not (home / "keyring.json").exists()


def test_a_mailbox_that_is_not_set_up_for_it(konbini: Run, tmp_path: Path) -> None:
    write(tmp_path, '[[mailbox]]\nname = "home"\nhost = "localhost"\nuser = "u1"\n')
    done = konbini("login", "home", "--oauth", "google", **in_keyring(tmp_path))
    assert done.returncode == 78
    assert 'oauth = "google"' in done.stderr
    assert "oauth_client_id" in done.stderr
    assert konbini("login", "home", "--paste", **in_keyring(tmp_path)).returncode == 2
    assert konbini("login", "work", **in_keyring(tmp_path)).returncode == 2


def test_a_refusing_server_is_not_reached_is_75_and_declined_is_77(
    konbini: Run, home: Path, server: AuthorizationServer
) -> None:
    server.token_replies = [(400, {"error": "access_denied"})]
    assert konbini("login", "home", **in_keyring(home)).returncode == 77
    server.close()
    assert konbini("login", "home", **in_keyring(home)).returncode == 75


PLAINTEXT = """
from keyring.backend import KeyringBackend
class PlaintextKeyring(KeyringBackend):
    priority = 0.5
    kept = {}
    def get_password(self, service, username): return self.kept.get((service, username))
    def set_password(self, service, username, password): self.kept[service, username] = password
"""


@pytest.fixture
def only_plaintext(tmp_path: Path) -> dict[str, str]:
    """An environment in which the library finds a file in plain text and nothing else, as with keyrings.alt."""
    site = tmp_path / "site"
    (site / "keyrings" / "alt").mkdir(parents=True)
    (site / "keyrings" / "alt" / "file.py").write_text(PLAINTEXT)
    about = site / "keyrings_alt-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: keyrings.alt\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[keyring.backends]\nfile = keyrings.alt.file\n")
    return {"PYTHONPATH": str(site), "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/none"}


def test_a_password_goes_into_a_file_in_plain_text_only_if_the_person_named_it(
    konbini: Run, home: Path, only_plaintext: dict[str, str]
) -> None:
    """Installing a package must not change where passwords go."""
    write(home, '[[mailbox]]\nname = "home"\nhost = "localhost"\nuser = "u1"\n')
    done = konbini("login", "home", stdin=b"hunter2\n", **only_plaintext)
    assert done.returncode == 77
    assert "nothing protects" in done.stderr
    assert "hunter2" not in done.stderr
    named = {"PYTHON_KEYRING_BACKEND": "keyrings.alt.file.PlaintextKeyring"}
    assert konbini("login", "home", stdin=b"hunter2\n", **only_plaintext, **named).returncode == 0


@pytest.fixture
def secret_service(session_bus: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A real, unlocked Secret Service without a desktop; its environment."""
    needs("gnome-keyring-daemon", "secret-tool")
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    environment = {
        "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(runtime), "DBUS_SESSION_BUS_ADDRESS": session_bus,
        "PATH": os.environ["PATH"],
    }  # fmt: skip
    with subprocess.Popen(
        ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as daemon:
        try:
            assert daemon.stdin is not None
            daemon.stdin.write(b"the password of the keyring")
            daemon.stdin.close()
            wait_until(lambda: _keeps(environment))
            yield environment
        finally:
            daemon.kill()


def _keeps(environment: dict[str, str]) -> bool:
    """Whether the Secret Service takes something already."""
    probe = ["secret-tool", "store", "--label=probe", "probe", "probe"]
    return (
        subprocess.run(probe, env=environment, input=b"x", capture_output=True, check=False, timeout=60).returncode == 0
    )


def test_a_real_secret_service(konbini: Run, home: Path, secret_service: dict[str, str]) -> None:
    """What we keep there, the desktop's own tool finds, and we find again."""
    environment = {key: value for key, value in secret_service.items() if key not in ("HOME", "PATH")}
    done = konbini("login", "home", **environment)
    assert done.returncode == 0, done.stderr
    lookup = ["secret-tool", "lookup", "service", "konbini-watcher-oauth", "username", "home"]
    found = subprocess.run(lookup, env=secret_service, capture_output=True, check=True, text=True).stdout
    assert json.loads(found)["refresh_token"] == "refresh-token-1"
    write(home, '[[mailbox]]\nname = "home"\nhost = "localhost"\nuser = "u1"\nport = 1\n')
    assert konbini("login", "home", stdin="pä ss\n".encode(), **environment).returncode == 0
    lookup[3] = "konbini-watcher"
    assert subprocess.run(lookup, env=secret_service, capture_output=True, check=True).stdout.decode() == "pä ss"
    assert konbini("check", **environment).returncode == 75, "it got as far as the network"


@pytest.mark.parametrize(("backend", "said"), [("HangingKeyring", "does not answer"), ("LockedKeyring", "locked")])
@pytest.mark.parametrize("oauth", [True, False])
def test_a_keyring_that_does_not_open_holds_nothing_up(
    konbini: Run, home: Path, backend: str, said: str, oauth: bool
) -> None:
    if not oauth:
        write(home, '[[mailbox]]\nname = "home"\nhost = "localhost"\nuser = "u1"\nport = 1\n')
    done = konbini("check", **in_keyring(home, backend))
    assert done.returncode == 77
    assert said in done.stderr
    assert "unlock" in done.stderr
