"""Hands fetched messages to the recorder, in the order of UIDs; one that spoils stops none of the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from watcher.errors import StoreError, ThrottledError
from watcher.mailbox.failures import asks_for_patience
from watcher.mailbox.fetching import Outline, bodies, chunks_by_size, still_there
from watcher.mailbox.limits import TooMuchError
from watcher.mailbox.recorder import Recorder
from watcher.mailbox.wire import Wire
from watcher.messages.mail import Mail, Place


def record_all(
    client: Wire, recorder: Recorder, folder: Place, wanted: Sequence[Outline], on_mail: Callable[[], None]
) -> None:
    """Fetches and records messages.

    Args:
        client: with the folder selected.
        recorder: takes them.
        folder: a place in the folder; its UID does not matter.
        wanted: ascending.
        on_mail: called after each recorded one.

    Raises:
        StoreError: nothing was recorded of the message at hand.
        ThrottledError: the server gives a message only later; it is tried again after the next login.
    """
    for chunk in chunks_by_size(wanted):
        found, refused = _fetched(client, recorder, folder, chunk)
        for outline in chunk:
            place = replace(folder, uid=outline.uid)
            if outline.uid in found or outline.uid in refused:
                raw = found.pop(outline.uid, b"")
                _record(
                    client, recorder, Mail(raw, place, outline.received_at), outline, refused.get(outline.uid), on_mail
                )


def _fetched(
    client: Wire, recorder: Recorder, folder: Place, chunk: Sequence[Outline]
) -> tuple[dict[int, bytes], dict[int, str]]:
    """As :func:`bodies`; an attempt at a message that spoils the connection itself counts too, for it would spoil
    every other one: a few thousand parts make a structure that is one line of megabytes."""
    try:
        return bodies(client, chunk)
    except TooMuchError as error:
        if len(chunk) == 1:
            recorder.set_aside(replace(folder, uid=chunk[0].uid), type(error).__name__)
        raise


def _record(
    client: Wire, recorder: Recorder, mail: Mail, outline: Outline, refusal: str | None, on_mail: Callable[[], None]
) -> None:
    """Records one message; one that cannot be recorded is tried again, then set aside."""
    while True:
        reason = "no_body" if refusal is None else "refused"
        if mail.raw:
            try:
                recorder.record(mail)
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 (one mail must never stop the watcher)
                reason = type(error).__name__
            else:
                on_mail()
                return
        if recorder.set_aside(mail.place, reason):
            return
        if refusal is not None and asks_for_patience(refusal):
            raise ThrottledError("the server does not give a message just now", "this is tried again by itself")
        found, refused = _fetched(client, recorder, mail.place, [outline])
        if outline.uid not in found and outline.uid not in refused and not still_there(client, [outline.uid]):
            return
        mail, refusal = replace(mail, raw=found.get(outline.uid, b"")), refused.get(outline.uid)
