"""The words of Amazon's mails, compiled from ``data/phrases.toml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

Pattern = re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Phrases:
    """One compiled pattern for each list of the table.

    Attributes:
        triggers: words (lower case) of which a line has one where a label of that name stands in it.
    """

    kinds: Mapping[str, Pattern]
    labels: Mapping[str, Pattern]
    points: Mapping[str, Pattern]
    triggers: Mapping[str, tuple[str, ...]]

    @classmethod
    def from_table(cls, table: Mapping[str, Mapping[str, list[str]]]) -> Phrases:
        """Compiles the table.

        Raises:
            re.error: an expression of the table is wrong.
            KeyError: a section is missing.
        """
        triggers = {name: tuple(words) for name, words in table["triggers"].items()}
        return cls(_compiled(table["kinds"]), _compiled(table["labels"]), _compiled(table["points"]), triggers)


def _compiled(section: Mapping[str, list[str]]) -> dict[str, Pattern]:
    return {name: re.compile("|".join(words), re.IGNORECASE | re.MULTILINE) for name, words in section.items()}
