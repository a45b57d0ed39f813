"""The base of everything that holds one sentence per field, for each language."""

from __future__ import annotations

from typing import NoReturn, dataclass_transform


@dataclass_transform(eq_default=False, kw_only_default=True, frozen_default=True)
class Sentences:
    """One field per sentence, all of them given when it is made; none changes later.

    The type checker refuses one that lacks a sentence, as it would a dataclass. It is none, because making the
    methods of a dataclass with a hundred fields takes longer than the rest of ``konbini --help``.
    """

    def __init__(self, **sentences: object) -> None:
        vars(self).update(sentences)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"sentences do not change: {name}")
