"""The sentences of all errors in Japanese, by the English ones with which they are raised.

Fields in braces have the same names on both sides; in the source they are whatever an f-string puts there. A module
for each topic; a test finds every sentence that is raised anywhere and fails where its Japanese is missing, and where
a sentence here is raised no more.
"""

from collections.abc import Mapping

from watcher.notify.errors_ja import channels, configuration, mailbox, reasons, service, signing_in, store, usage

SENTENCES: Mapping[str, str] = {
    **configuration.SENTENCES,
    **mailbox.SENTENCES,
    **signing_in.SENTENCES,
    **store.SENTENCES,
    **service.SENTENCES,
    **channels.SENTENCES,
}
USAGE: Mapping[str, str] = usage.SENTENCES
"""Likewise, but raised by click."""

REASONS: Mapping[str, str] = reasons.REASONS
"""What is filled into them: words of the operating system and of libraries."""
