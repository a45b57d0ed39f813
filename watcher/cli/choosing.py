"""Questions with a few short answers, asked again until one of them is given, in the person's language."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import TypeVar

import click

from watcher.cli.words.shared import words
from watcher.notify.notification import Language

Choice = TypeVar("Choice")

_YES_OR_NO = {"y": True, "yes": True, "はい": True, "n": False, "no": False, "いいえ": False}


def yes_or_no(question: str, *, default: bool, language: Language) -> bool:
    """Whether the person agrees; Enter alone is the default."""
    shown = f"{question} [{'Y/n' if default else 'y/N'}]"
    return one_of(shown, {**_YES_OR_NO, "": default}, words(language).yes_or_no)


def one_of(question: str, choices: Mapping[str, Choice], again: str) -> Choice:
    """What stands for the answer; its case does not count, nor whether an input method made it wide.

    Args:
        question: as the person reads it.
        choices: by answer, in lower case; an empty one is Enter alone.
        again: said when the answer is none of them.
    """
    while True:
        typed = str(click.prompt(question, default="", show_default=False, err=True))
        answer = unicodedata.normalize("NFKC", typed).strip().lower()
        if answer in choices:
            return choices[answer]
        click.echo(again, err=True)
