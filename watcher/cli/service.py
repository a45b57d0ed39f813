"""``service``: the watcher in the background."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import click

from watcher.cli.app import App, pass_app
from watcher.cli.command import command, group
from watcher.cli.words.service import words

if TYPE_CHECKING:
    from watcher.service import Platform, Service

_PLATFORMS = click.Choice(("systemd", "launchd", "windows"))


@group("service", examples=("konbini service install", "konbini service status"))
def service_command() -> None:
    pass


def _service(app: App, platform: Platform | None = None) -> Service:
    from watcher.service import platform_here, service_for

    # A service manager may start it without the person's locale; what they read now they shall read then.
    return service_for(platform or platform_here(), app.config_file, {"KONBINI_LANGUAGE": app.language})


@command("service install", under=service_command, examples=("konbini service install",))
@pass_app
def service_install(app: App) -> None:
    from watcher.cli.watching import watched_config
    from watcher.service import install, lingers

    watched_config(app)
    service, said = _service(app), words(app.language)
    if service.platform != "systemd":
        app.say(said.untested)
    changed = install(service)
    app.say((said.written if changed else said.unchanged).format(service.path))
    app.say(said.started)
    if service.platform == "systemd" and not lingers():
        app.say(said.linger)


@command("service uninstall", under=service_command, examples=("konbini service uninstall",))
@pass_app
def service_uninstall(app: App) -> None:
    from watcher.service import uninstall

    service, said = _service(app), words(app.language)
    app.say(said.removed.format(service.path) if uninstall(service) else said.nothing_installed)


@command("service status", under=service_command, examples=("konbini service status", "konbini service status --json"))
@click.option("--json", "as_json", is_flag=True)
@pass_app
def service_status(app: App, as_json: bool) -> None:
    from watcher.assembly import lock_path
    from watcher.errors import NotRunningError
    from watcher.lock import is_locked
    from watcher.service import installed

    service, said = _service(app), words(app.language)
    found, running = installed(service), is_locked(lock_path(app.config))
    if as_json:
        app.print_json(
            {
                "platform": service.platform,
                "path": str(service.path),
                "installed": found.file,
                "current": found.current,
                "enabled": found.enabled,
                "active": found.active,
                "running": running,
            }
        )
    else:
        click.echo(said.installed.format(service.path) if found.file else said.not_installed)
        if found.file and not found.current:
            click.echo(said.outdated)
        if found.enabled is not None:
            click.echo(said.enabled if found.enabled else said.not_enabled)
        state = said.manager.format(said.states.get(found.active, found.active)) if found.active else None
        click.echo(state or said.manager_unknown)
        if running:
            click.echo(app.words.running)
    if not running:
        raise NotRunningError(app.words.not_running, said.run_hint if found.file else said.install_hint)


@command("service logs", under=service_command, examples=("konbini service logs", "konbini service logs --follow"))
@click.option("--lines", "-n", type=click.IntRange(1, 100_000), default=100, show_default=True)
@click.option("--follow", "-f", is_flag=True)
@pass_app
def service_logs(app: App, lines: int, follow: bool) -> None:
    from watcher.service import journal

    service, said = _service(app), words(app.language)
    if service.platform == "systemd":
        # Its output is ours: nothing is read here, so that --follow and the width of the terminal are journalctl's.
        raise click.exceptions.Exit(subprocess.run(journal(lines, follow), check=False).returncode)
    app.say(said.no_log if service.log is None else said.log_file.format(service.log))


@command(
    "service show",
    under=service_command,
    examples=("konbini service show", "konbini service show --platform launchd"),
)
@click.option("--platform", type=_PLATFORMS)
@pass_app
def service_show(app: App, platform: Platform | None) -> None:
    service, said = _service(app, platform), words(app.language)
    app.say(f"# {service.path}")
    if service.platform != "systemd":
        app.say(said.untested)
    encoding = "utf-16" if service.platform == "windows" else "utf-8"
    sys.stdout.write(service.content.decode(encoding).rstrip("\n") + "\n")
