"""The shape of every sentence a person reads; each language fills all of it.

Fields in braces are named; what fills them is already harmless for where it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping

from watcher.extractors.notice import AuthSource, Chain, CheckDigit, Kind, PointKind
from watcher.health import Connection
from watcher.messages.message import Problem, Trust
from watcher.notify.sentences import Sentences
from watcher.parcels.parcel import DeadlineSource, Status
from watcher.parcels.reminder import Occasion, ReminderState


class Words(Sentences):
    """All sentences of one language.

    Attributes:
        status … problem: one word or sentence for each value.
        message_state, action: likewise, by the value of the store's enum.
        weekdays: Monday first.
        months: short names, January first; the numbers in Japanese.
    """

    # -- values
    status: Mapping[Status, str]
    overdue: str
    trust: Mapping[Trust, str]
    kind: Mapping[Kind, str]
    point: Mapping[PointKind, str]
    chain: Mapping[Chain, str]
    check_digit: Mapping[CheckDigit, str]
    auth_source: Mapping[AuthSource, str]
    deadline_source: Mapping[DeadlineSource, str]
    occasion: Mapping[Occasion, str]
    reminder_state: Mapping[ReminderState, str]
    connection: Mapping[Connection, str]
    message_state: Mapping[str, str]
    action: Mapping[str, str]
    problem: Mapping[Problem, str]

    # -- days
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    day: str
    left_days: str
    left_tomorrow: str
    left_today: str
    left_none: str
    left_estimated: str
    unknown: str
    estimated_mark: str

    # -- titles
    title: str
    title_arrived: str
    title_arrived_left: str
    title_days: str
    title_tomorrow: str
    title_today: str
    title_over: str
    title_early: str
    title_expected: str
    title_still_waiting: str
    title_several: str
    title_summary: str
    title_numbers: str
    unknown_place: str

    # -- lines
    deadline: str
    deadline_estimated: str
    deadline_unknown: str
    no_deadline: str
    arrived_on: str
    safe_by: str
    safe_by_passed: str
    expected: str
    not_announced: str
    where_to_look: str
    over_printed: str
    over_estimated: str
    account_hint: str
    inquiry: str
    auth: str
    auth_derived: str
    pickup_code: str
    order: str
    numbers_hidden: str
    da: str
    more: str
    summary_hint: str
    collected_hint: str

    # -- about the watcher itself
    title_not_understood: str
    not_understood: str
    title_suspicious: str
    suspicious: str
    title_unreachable: str
    unreachable: str
    title_refused: str
    refused: str
    title_sign_in: str
    sign_in: str
    title_keyring: str
    keyring_locked: str
    title_calendar: str
    calendar_failed: str
    title_stuck: str
    stuck: str
    title_channel: str
    channel_given_up: str
    title_store: str
    store_failed: str
    service_watching: str
    service_stuck: str
    service_failing: str
    service_store: str

    # -- marks
    mark_unverified: str
    mark_forged: str
    mark_derived: str
    mark_ambiguous: str
    mark_check_digit: str
    mark_held: str

    # -- buttons
    button_collected: str
    button_collected_all: str
    button_later: str
    button_show: str

    # -- the card
    card_title: str
    colon: str
    card_inquiry: str
    card_auth: str
    card_code: str
    card_order: str
    card_deadline: str
    card_steps: str
    card_steps_of: str
    card_after: str
    card_where: str
    card_codes: str
    card_made: str
    card_closed: str
    card_not_ready: str
    card_copy: str
    card_copy_all: str

    # -- the calendar
    calendar_name: str
    calendar_last_day: str
    calendar_no_deadline: str
    calendar_cancelled: str


def lookup_fields() -> tuple[str, ...]:
    """Names of the fields that map values to words."""
    return tuple(name for name, kind in Words.__annotations__.items() if str(kind).startswith("Mapping"))
