"""What a mail is about: decided before any number is looked at."""

from __future__ import annotations

import re

from watcher.extractors.notice import Kind
from watcher.extractors.phrases import Phrases

_SENTENCE = re.compile(r"[^。!?\n]+(?:[。!?]|\n|\Z)")
READ = 6000
"""Characters of a text that are read for its kind."""
HEAD = 1500
"""Characters of a body's beginning in which a mail says what it is about."""

_BY_SUBJECT = (Kind.RETURNED, Kind.CANCELLED, Kind.COLLECTED, Kind.REMINDER, Kind.READY)
_BY_BODY = (*_BY_SUBJECT, Kind.DELIVERED, Kind.SHIPPED)


def kind_of(subject: str, text: str, phrases: Phrases) -> Kind:
    """The kind of a mail from Amazon.co.jp.

    Args:
        subject: normalised.
        text: all its readable text, normalised.
        phrases: what mails say.

    Returns:
        Any kind but ``not_amazon``; ``other`` where nothing speaks of a parcel's way.
    """
    patterns = phrases.kinds
    said = _statements(text[:READ], phrases)
    heading = _by_subject(_statements(subject, phrases) or subject, said, phrases)
    if heading is not None:
        return heading
    if patterns["other_subject"].search(subject) or patterns["other_body"].search(text[:HEAD]):
        if patterns["resent"].search(said[:HEAD]):
            return Kind.READY
        return _unfetched(said, phrases) or Kind.OTHER
    for kind in _BY_BODY:
        if patterns[kind.value].search(said[:HEAD]):
            return _delivered_where(said, phrases) if kind is Kind.DELIVERED else kind
    return Kind.OTHER


def _by_subject(subject: str, said: str, phrases: Phrases) -> Kind | None:
    patterns = phrases.kinds
    if patterns["other_subject"].search(subject) and not patterns["returned"].search(subject):
        ready = patterns["arrived"].search(subject) or patterns["reminder"].search(subject)
        shop = phrases.points["konbini"].search(subject) or phrases.points["locker"].search(subject)
        if not (ready and shop):
            return None
    if patterns["reminder_or_ready"].search(subject) and not patterns["reminder"].search(subject):
        fresh = patterns["arrived"].search(said[:HEAD]) and not patterns["reminder"].search(said[:HEAD])
        return Kind.READY if fresh else Kind.REMINDER
    for kind in _BY_SUBJECT:
        if patterns[kind.value].search(subject):
            return _by_text(kind, said, phrases)
    if patterns["delivered"].search(subject):
        return _delivered_where(said, phrases)
    if patterns["shipped"].search(subject):
        return Kind.SHIPPED
    return None


def _by_text(kind: Kind, said: str, phrases: Phrases) -> Kind:
    """A subject's kind, corrected by what the text says: cancelled because it went back, ready but reminded of."""
    if kind is Kind.CANCELLED:
        return _unfetched(said, phrases) or kind
    if kind is Kind.READY and phrases.kinds["still_waits"].search(said[:HEAD]):
        return Kind.REMINDER
    return kind


def _unfetched(said: str, phrases: Phrases) -> Kind | None:
    """A cancellation or refund because the parcel went back."""
    return Kind.RETURNED if phrases.kinds["returned"].search(said[:HEAD]) else None


def _delivered_where(said: str, phrases: Phrases) -> Kind:
    """Delivered to a shop means that it waits there, unless the person has it already."""
    if phrases.kinds["collected"].search(said[:HEAD]):
        return Kind.COLLECTED
    return Kind.READY if phrases.kinds["waits"].search(said) else Kind.DELIVERED


def _statements(text: str, phrases: Phrases) -> str:
    """The sentences that say what has happened; what may happen is left out."""
    conditional, hints = phrases.kinds["conditional"], phrases.triggers["conditional"]
    sentences = _SENTENCE.findall(text)
    lowered = "\0".join(sentences).lower()
    present = [hint for hint in hints if hint in lowered]
    if present:
        sentences = [
            sentence
            for sentence in sentences
            if not (any(map(sentence.lower().__contains__, present)) and conditional.search(sentence))
        ]
    return "\n".join(map(str.strip, sentences))
