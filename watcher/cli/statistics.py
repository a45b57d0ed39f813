"""``stats``: how many parcels, where, how long they waited, and how many went back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from watcher.cli.app import App, pass_app
from watcher.cli.command import command

if TYPE_CHECKING:
    from watcher.extractors.notice import Chain, PointKind
    from watcher.notify.notification import Language
    from watcher.store.statistics import Outcome, Statistics


@command("stats", examples=("konbini stats", "konbini stats --json | jq .returned_last_year"))
@click.option("--json", "as_json", is_flag=True)
@pass_app
def stats_command(app: App, as_json: bool) -> None:
    from watcher.cli.words.statistics import words
    from watcher.store.statistics import counted

    now = app.now()
    with app.store_if_any() as store:
        found = store.statistics(now) if store else counted((), now)
    if as_json:
        app.print_json(_object(found, now))
    elif found.counts:
        _print(found, now, app.language)
    else:
        app.say(words(app.language).nothing_counted)
        app.say(words(app.language).nothing_counted_hint)


def _object(found: Statistics, now: datetime) -> dict[str, Any]:
    """The JSON object; fields may be added, never removed or renamed."""
    from watcher.store.statistics import by_month, by_place, by_year, mean, median

    taken = None
    if found.taken:
        taken = {
            "parcels": sum(found.taken.values()),
            "median": median(found.taken),
            "mean": round(mean(found.taken), 2),
            "longest": max(found.taken),
        }
    return {
        "returned_last_year": found.returned,
        "days_until_collected": taken,
        "months": [
            {"month": f"{month:%Y-%m}", **asdict(outcome)} for month, outcome in by_month(found.counts, now).items()
        ],
        "years": [{"year": year.year, **asdict(outcome)} for year, outcome in by_year(found.counts).items()],
        "places": [
            {"kind": kind and kind.value, "chain": chain and chain.value, **asdict(outcome)}
            for (kind, chain), outcome in by_place(found.counts).items()
        ],
    }


def _print(found: Statistics, now: datetime, language: Language) -> None:
    from watcher.cli.words.statistics import words
    from watcher.notify.phrasing import words_of
    from watcher.store.statistics import by_month, by_place, by_year

    said, values = words(language), words_of(language)
    for line in _sentences(found, language):
        click.echo(line)
    months = [
        (said.month.format(year=month.year, name=values.months[month.month - 1]), outcome)
        for month, outcome in _since_the_first(by_month(found.counts, now).items())
    ]
    years = [(said.year.format(year=year.year), outcome) for year, outcome in by_year(found.counts).items()]
    places = [(_place(*place, language), outcome) for place, outcome in by_place(found.counts).items()]
    for head, rows in ((said.column_month, months), (said.column_year, years), (said.column_place, places)):
        if rows:
            click.echo()
            _print_table(head, rows, language)


def _sentences(found: Statistics, language: Language) -> Iterator[str]:
    from watcher.cli.words.statistics import words
    from watcher.notify.phrasing import words_of
    from watcher.store.statistics import mean, median

    said = words(language)
    if found.returned:
        yield said.returned.format(count=found.returned)
        yield words_of(language).account_hint
    else:
        yield said.returned_none
    if found.taken:
        yield said.taken.format(
            count=sum(found.taken.values()),
            median=f"{median(found.taken):g}",
            mean=f"{mean(found.taken):.1f}",
            longest=max(found.taken),
        )
    else:
        yield said.taken_none


def _since_the_first(rows: Iterable[tuple[date, Outcome]]) -> list[tuple[date, Outcome]]:
    """Without the empty months before the first parcel; the newest comes first."""
    kept = list(rows)
    while kept and not kept[-1][1].parcels:
        kept.pop()
    return kept


def _place(kind: PointKind | None, chain: Chain | None, language: Language) -> str:
    from watcher.cli.words.statistics import words
    from watcher.notify.phrasing import words_of

    if chain is not None:
        return words_of(language).chain[chain]
    return words(language).unknown_place if kind is None else words_of(language).point[kind]


def _print_table(head: str, rows: Iterable[tuple[str, Outcome]], language: Language) -> None:
    from rich.cells import cell_len

    from watcher.cli.grid import Row, print_grid
    from watcher.cli.words.statistics import words

    said = words(language)
    heads = (head, said.column_parcels, said.column_collected, said.column_returned, said.column_cancelled)
    numbers = [(name, (one.parcels, one.collected, one.returned, one.cancelled)) for name, one in rows]
    widths = [cell_len(column) for column in heads[1:]]
    print_grid(
        heads,
        [
            Row((name, *(f"{count:>{width}}" for count, width in zip(counts, widths, strict=True))))
            for name, counts in numbers
        ],
    )
