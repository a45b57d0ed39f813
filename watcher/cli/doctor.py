"""``doctor``: what keeps reminders from coming, and the next thing to type. Fit to be pasted into a public report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher.cli.app import App, pass_app
from watcher.cli.command import command

if TYPE_CHECKING:
    from watcher.config import Config
    from watcher.doctor.finding import Finding
    from watcher.notify.notification import Channel, Language, Notification

_STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}
_WIDE = 40
"""Columns from which on continued lines stand below the text instead of below the mark."""


@command("doctor", examples=("konbini doctor", "konbini doctor --notify", "konbini doctor --json"))
@click.option("--notify", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@pass_app
def doctor_command(app: App, notify: bool, as_json: bool) -> None:
    from watcher.doctor.examine import examine
    from watcher.doctor.finding import State, exit_code
    from watcher.service import platform_here, service_for

    config, language = app.config_or_defaults, app.language
    service = service_for(platform_here(), app.config_file, {"KONBINI_LANGUAGE": language})
    trial = (_channels(config), _test(language)) if notify else None
    found: list[Finding] = []
    for finding in examine(app.config_file, config, service, app.now(), trial):
        found.append(finding)
        if not as_json:
            _print(app, finding)
    if as_json:
        app.print_json([_object(finding, language) for finding in found])
    else:
        _summarise(app, [finding.state for finding in found], State.FAIL, State.WARN)
    code = exit_code(found)
    if code:
        raise click.exceptions.Exit(code)


def _summarise(app: App, states: list[str], failing: str, warning: str) -> None:
    from watcher.cli.words.doctor import ALL_WELL, SUMMARY, WHAT_TO_DO, in_language

    failed, warned = states.count(failing), states.count(warning)
    sentence = in_language(SUMMARY if failed or warned else ALL_WELL, app.language)
    sentence = sentence.format(failed=failed, warned=warned)
    if not failed:
        app.say(sentence)
        return
    app.say(app.words.error.format(sentence))
    app.say(app.words.hint.format(in_language(WHAT_TO_DO, app.language)))


def _channels(config: Config) -> list[Channel]:
    """Those that are configured; a line on this terminal would prove nothing."""
    from watcher.watch import channels_of

    return [channel for channel in channels_of(config) if channel.name != "console"]


def _test(language: Language) -> Notification:
    from watcher.cli.words.doctor import TEST_BODY, TEST_TITLE, in_language
    from watcher.notify.notification import Notification, Urgency

    return Notification("test", in_language(TEST_TITLE, language), in_language(TEST_BODY, language), Urgency.NORMAL)


def _object(finding: Finding, language: Language) -> dict[str, str | None]:
    """One object of ``--json``."""
    return {
        "check": finding.check,
        "subject": None if finding.subject is None else _harmless(finding.subject),
        "state": finding.state.value,
        "fact": finding.fact,
        "detail": detail_of(finding, language),
        "next": next_of(finding, language),
    }


def detail_of(finding: Finding, language: Language) -> str:
    """What was found, as a sentence that holds nothing secret."""
    from watcher.cli.words.doctor import FACTS, in_language

    return _filled(in_language(FACTS[finding.fact], language), finding, language)


def next_of(finding: Finding, language: Language) -> str | None:
    """What to do about it; None where nothing has to be done."""
    from watcher.cli.words.doctor import NEXT, in_language
    from watcher.notify.installing import here

    pair = NEXT.get(finding.fact)
    if pair is None or finding.state.value == "ok":
        return None
    return here(_filled(in_language(pair, language), finding, language))


def _filled(sentence: str, finding: Finding, language: Language) -> str:
    """A sentence with its blanks filled; what an error or the configuration says is in the language too."""
    from watcher.notify.error_words import in_language

    said = {name: in_language(value, language) for name, value in finding.values.items()}
    return sentence.format(**{name: _harmless(value) for name, value in said.items()})


def _harmless(text: str) -> str:
    from watcher.doctor.finding import masked
    from watcher.text_safety import for_terminal

    return masked(for_terminal(text), Path.home())


def _print(app: App, finding: Finding) -> None:
    """One finding: mark, what it is about, what was found, and below it what to do."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from watcher.cli.words.doctor import CHECKS, STATES, in_language

    language, console = app.language, app.console
    mark = in_language(STATES[finding.state.value], language)
    about = in_language(CHECKS[finding.check], language)
    if finding.subject is not None:
        about = f"{_harmless(finding.subject)} · {about}"
    advice = next_of(finding, language)
    text = f"{about}: {detail_of(finding, language)}"
    if not console.is_terminal:
        click.echo("\n".join([f"{mark}\t{text}", *([f"\t→ {advice}"] if advice else [])]))
        return
    words = Text(text, overflow="fold")
    if advice:
        words.append(f"\n→ {advice}")
    if console.width < _WIDE:
        console.print(Text(mark, style=_STYLES[finding.state.value]))
        console.print(Padding(words, (0, 0, 0, 1)))
        return
    line = Table.grid(padding=(0, 1))
    line.add_column(width=4)
    line.add_column(overflow="fold")
    line.add_row(Text(mark, style=_STYLES[finding.state.value]), words)
    console.print(line)
