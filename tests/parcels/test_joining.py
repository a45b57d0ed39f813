"""Parcels out of mails: by example, and for any mails in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.mails import (
    AUTH,
    INQUIRY,
    LAWSON,
    ORDER,
    OTHER_INQUIRY,
    OTHER_ORDER,
    RULES,
    a_notice,
    a_reading,
    at,
    believed,
    collected,
    march,
    ready,
    shipped,
)
from watcher.extractors.notice import AuthSource, Chain, Kind, Notice, PickupPoint, PointKind, Reading
from watcher.messages.message import Trust
from watcher.parcels.facts import Acted, ActionKind, Fact, Mailed, emitted_keys, sought_keys
from watcher.parcels.joining import join, join_with_facts
from watcher.parcels.parcel import DeadlineSource, Parcel, Status

LOCKER = PickupPoint(PointKind.LOCKER)


def facts_of(*notices: Notice) -> list[Fact]:
    return [Mailed(number, notice, "home", at(28)) for number, notice in enumerate(notices, 1)]


def joined(*notices: Notice) -> tuple[Parcel, ...]:
    return join(facts_of(*notices), RULES)


def said(kind: Kind, day: int, **numbers: object) -> Notice:
    return a_notice(kind, at(day), a_reading(**numbers))  # type: ignore[arg-type]


def statuses(*notices: Notice) -> list[Status]:
    return [parcel.status for parcel in joined(*notices)]


# -- which mails are one parcel


def test_the_same_inquiry_number_is_the_same_parcel() -> None:
    (parcel,) = joined(shipped(1, order=None), ready(2))
    assert (parcel.inquiry_number, parcel.order_number, parcel.status) == (INQUIRY, ORDER, Status.READY)


def test_the_same_order_is_the_same_parcel_while_one_side_has_no_inquiry_number() -> None:
    assert statuses(shipped(1, inquiry=None), ready(2)) == [Status.READY]
    assert statuses(shipped(1), ready(2, inquiry=None)) == [Status.READY]


def test_two_inquiry_numbers_of_one_order_are_two_parcels() -> None:
    parcels = joined(ready(2), ready(2, inquiry=OTHER_INQUIRY))
    assert {parcel.inquiry_number for parcel in parcels} == {INQUIRY, OTHER_INQUIRY}


def test_a_shipment_by_order_goes_with_the_first_of_two_parcels() -> None:
    first, second = joined(shipped(1, inquiry=None), ready(2), ready(3, inquiry=OTHER_INQUIRY))
    assert (first.inquiry_number, second.inquiry_number) == (INQUIRY, OTHER_INQUIRY)


def test_an_auth_number_finds_the_order_it_is_derived_from() -> None:
    (parcel,) = joined(shipped(1, inquiry=None), ready(2, order=None))
    assert (parcel.order_number, parcel.inquiry_number) == (ORDER, INQUIRY)


def test_an_auth_number_that_fits_two_open_orders_is_kept_apart_and_marked() -> None:
    twin = f"503-1111111-{AUTH}"
    parcels = joined(shipped(1, inquiry=None), shipped(1, inquiry=None, order=twin), ready(2, order=None))
    assert [(parcel.inquiry_number, parcel.ambiguous) for parcel in parcels] == [
        (None, False),
        (None, False),
        (INQUIRY, True),
    ]


def test_a_mail_that_names_the_order_after_all_ends_the_doubt() -> None:
    twin = f"503-1111111-{AUTH}"
    doubtful = [shipped(1, inquiry=None), shipped(1, inquiry=None, order=twin), ready(2, order=None)]
    first, second = joined(*doubtful, said(Kind.REMINDER, 4))
    assert {(first.order_number, first.ambiguous), (second.order_number, second.ambiguous)} == {
        (ORDER, False),
        (twin, False),
    }
    assert {first.inquiry_number, second.inquiry_number} == {INQUIRY, None}


def test_an_auth_number_does_not_find_a_closed_parcel() -> None:
    assert statuses(shipped(1, inquiry=None), collected(2, inquiry=None), ready(3, order=None)) == [
        Status.COLLECTED,
        Status.READY,
    ]


def test_an_auth_number_of_another_order_joins_nothing() -> None:
    assert len(joined(shipped(1, inquiry=None, order=OTHER_ORDER), ready(2, order=None))) == 2


def test_an_auth_number_alone_makes_no_parcel() -> None:
    assert joined(ready(2, inquiry=None, order=None)) == ()
    assert statuses(shipped(1), ready(2, inquiry=None, order=None)) == [Status.READY]


def test_a_mail_about_one_of_two_parcels_is_kept_apart_and_marked() -> None:
    parcels = joined(shipped(1), shipped(1, inquiry=OTHER_INQUIRY), ready(2, inquiry=None))
    assert Counter((parcel.status, parcel.ambiguous) for parcel in parcels) == {
        (Status.SHIPPED, False): 2,
        (Status.READY, True): 1,
    }


def test_all_that_is_doubtful_of_one_order_is_kept_together() -> None:
    doubtful = [shipped(1), shipped(1, inquiry=OTHER_INQUIRY), ready(2, inquiry=None)]
    assert len(joined(*doubtful, ready(3, inquiry=None), ready(4, inquiry=None))) == 3


def test_what_can_only_be_said_of_a_waiting_parcel_is_said_of_the_waiting_one() -> None:
    parcels = joined(ready(2), shipped(1, inquiry=OTHER_INQUIRY), collected(3, inquiry=None))
    assert {(parcel.inquiry_number, parcel.status) for parcel in parcels} == {
        (INQUIRY, Status.COLLECTED),
        (OTHER_INQUIRY, Status.SHIPPED),
    }


def test_two_codes_of_one_order_are_two_parcels_at_a_locker() -> None:
    locker: dict[str, object] = {"inquiry": None, "auth": None, "point": LOCKER}
    parcels = joined(
        shipped(1, **locker),
        ready(2, code="482913", **locker),
        ready(3, code="775501", **locker),
        said(Kind.REMINDER, 4, code="482913", **locker),
        said(Kind.COLLECTED, 5, code="775501", **locker),
    )
    assert {(parcel.pickup_code, parcel.status) for parcel in parcels} == {
        ("482913", Status.READY),
        ("775501", Status.COLLECTED),
    }


def test_a_code_alone_is_enough_and_finds_its_order() -> None:
    bare = a_reading(inquiry=None, order=None, auth=None, point=LOCKER, code="482913")
    (alone,) = joined(a_notice(Kind.READY, at(2), bare))
    assert alone.pickup_code == "482913"
    full = said(Kind.READY, 2, inquiry=None, auth=None, point=LOCKER, code="482913")
    assert len(joined(full, a_notice(Kind.REMINDER, at(3), bare))) == 1
    assert len(joined(a_notice(Kind.READY, at(2), bare), said(Kind.REMINDER, 3, code="482913", auth=None))) == 1


def test_one_mail_with_two_parcels_makes_two() -> None:
    both = a_notice(Kind.READY, at(2), a_reading(), a_reading(inquiry=None))
    assert len(joined(both)) == 2
    by_order = a_notice(Kind.SHIPPED, at(1), a_reading(inquiry=None), a_reading(inquiry=None, order=OTHER_ORDER))
    assert len(joined(by_order, ready(2))) == 2


def test_one_parcel_of_several_orders_gathers_the_shipments_of_all() -> None:
    several = a_notice(Kind.READY, at(2), a_reading(auth=None), orders=(ORDER, OTHER_ORDER))
    shipments = [shipped(1, inquiry=None), shipped(1, inquiry=None, order=OTHER_ORDER)]
    (parcel,) = joined(*shipments, several)
    assert (parcel.order_number, set(parcel.orders)) == (ORDER, {ORDER, OTHER_ORDER})


def test_a_second_shipment_after_the_first_was_collected_is_another_parcel() -> None:
    notices = [shipped(1, inquiry=None), collected(3, inquiry=None), shipped(5, inquiry=None)]
    assert statuses(*notices) == [Status.COLLECTED, Status.SHIPPED]


# -- status


def test_status_goes_forward_only() -> None:
    assert statuses(ready(2), shipped(3)) == [Status.READY]
    assert statuses(collected(2), ready(3), said(Kind.RETURNED, 4)) == [Status.COLLECTED]


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (Kind.REMINDER, Status.READY),
        (Kind.COLLECTED, Status.COLLECTED),
        (Kind.RETURNED, Status.RETURNED),
        (Kind.CANCELLED, Status.CANCELLED),
        (Kind.DELIVERED, Status.READY),
    ],
)
def test_what_a_later_mail_makes_of_a_waiting_parcel(kind: Kind, status: Status) -> None:
    (parcel,) = joined(ready(2), said(kind, 4, auth=None))
    assert parcel.status is status
    assert parcel.closed_at == (None if status is Status.READY else at(4))


# -- a parcel that was sent back and comes again


def returned(day: int, **numbers: object) -> Notice:
    return said(Kind.RETURNED, day, **({"auth": None} | numbers))


def test_a_returned_parcel_that_is_announced_again_waits_again() -> None:
    (parcel,) = joined(ready(2, deadline=march(5)), returned(6), ready(9))
    assert (parcel.status, parcel.received_at, parcel.closed_at) == (Status.READY, at(9), None)
    assert parcel.deadline is not None
    assert (parcel.deadline.day, parcel.deadline.source) == (march(19), DeadlineSource.ESTIMATED)
    (one,) = join_with_facts(facts_of(ready(2), returned(6), ready(9)), RULES)
    assert one.again == one.seen_at == at(28)
    assert joined(ready(2), returned(6), said(Kind.REMINDER, 9))[0].status is Status.READY


def test_each_pick_up_ends_for_itself() -> None:
    twice = [ready(2), returned(6), ready(9)]
    assert statuses(*twice, returned(13)) == [Status.RETURNED]
    assert statuses(*twice, collected(10)) == [Status.COLLECTED]
    assert statuses(*twice, collected(10), ready(12)) == [Status.COLLECTED]
    assert statuses(*twice, returned(13), ready(15)) == [Status.READY]
    assert join_with_facts(facts_of(ready(2), returned(6)), RULES)[0].again is None


def test_a_new_inquiry_number_after_a_return_is_another_parcel() -> None:
    assert statuses(ready(2), returned(6), ready(9, inquiry=OTHER_INQUIRY)) == [Status.RETURNED, Status.READY]
    assert statuses(ready(2), returned(6), ready(9, inquiry=None)) == [Status.RETURNED, Status.READY]


def test_an_old_mail_read_late_does_not_bring_a_returned_parcel_back() -> None:
    old = [
        Mailed(1, returned(6), "home", at(6)),
        Mailed(2, ready(2), "home", at(20)),
        Mailed(3, shipped(8), "home", at(21)),
    ]
    assert [parcel.status for parcel in join(old, RULES)] == [Status.RETURNED]


@pytest.mark.parametrize("kind", [Kind.COLLECTED, Kind.CANCELLED])
def test_only_a_returned_parcel_can_come_again(kind: Kind) -> None:
    (parcel,) = joined(ready(2), said(kind, 6, auth=None), ready(9))
    assert (parcel.closed_at, parcel.received_at) == (at(6), at(2))


def test_what_the_person_corrected_at_the_first_pick_up_is_no_deadline_of_the_second() -> None:
    edit = Acted(
        1, ActionKind.EDIT, at(3), a_reading(), "mail:1", reading=Reading(deadline=march(4), pickup_code="482913")
    )
    (parcel,) = join([*facts_of(ready(2), returned(6), ready(9)), edit], RULES)
    assert parcel.deadline is not None
    assert (parcel.deadline.day, parcel.pickup_code) == (march(19), "482913")


def test_a_delivery_leaves_its_numbers_to_itself() -> None:
    by_order = shipped(1, inquiry=None)
    (parcel,) = joined(by_order, said(Kind.DELIVERED, 2, inquiry=OTHER_INQUIRY, point=None), ready(3))
    assert (parcel.inquiry_number, parcel.status) == (INQUIRY, Status.READY)


@pytest.mark.parametrize("kind", [Kind.SHIPPED, Kind.DELIVERED, Kind.CANCELLED])
def test_what_names_no_pickup_point_is_no_parcel(kind: Kind) -> None:
    assert joined(said(kind, 1, auth=None, point=None)) == ()


def test_a_forged_mail_says_nothing() -> None:
    forged = believed(said(Kind.COLLECTED, 3), Trust.FORGED)
    assert joined(ready(2), forged) == joined(ready(2))
    assert joined(believed(ready(2), Trust.FORGED)) == ()


# -- values


def test_an_authenticated_mail_is_believed_over_later_unverified_ones() -> None:
    doubtful = believed(said(Kind.REMINDER, 5, auth="0000000", deadline=march(30)), Trust.UNVERIFIED)
    (parcel,) = joined(ready(2, deadline=march(9)), doubtful)
    assert (parcel.auth_number, parcel.trust) == (AUTH, Trust.AUTHENTICATED)
    assert parcel.deadline is not None
    assert parcel.deadline.day == march(9)


def test_a_later_authenticated_mail_upgrades_a_held_parcel() -> None:
    held = replace(RULES, hold_unverified=True)
    doubtful = facts_of(believed(ready(2), Trust.UNVERIFIED))
    assert [(one.held, one.trust) for one in join(doubtful, held)] == [(True, Trust.UNVERIFIED)]
    upgraded = [*doubtful, Mailed(9, said(Kind.REMINDER, 4), "home", at(4))]
    assert [(one.held, one.trust) for one in join(upgraded, held)] == [(False, Trust.AUTHENTICATED)]


def test_a_printed_auth_number_beats_a_derived_one() -> None:
    derived = said(Kind.READY, 3, source=AuthSource.DERIVED)
    (parcel,) = joined(ready(2, auth="0000001"), derived)
    assert (parcel.auth_number, parcel.auth_source) == ("0000001", AuthSource.PRINTED)
    (parcel,) = joined(derived)
    assert (parcel.auth_number, parcel.auth_source) == (AUTH, AuthSource.DERIVED)


def test_numbers_sent_again_are_the_ones_to_type() -> None:
    (parcel,) = joined(ready(2, auth="0000001"), ready(5, auth="0000002"))
    assert parcel.auth_number == "0000002"


def test_a_derived_auth_number_falls_when_the_parcel_proves_to_be_of_two_orders() -> None:
    several = a_notice(Kind.REMINDER, at(4), a_reading(auth=None), orders=(ORDER, OTHER_ORDER))
    (parcel,) = joined(said(Kind.READY, 2, source=AuthSource.DERIVED), several)
    assert (parcel.auth_number, parcel.auth_source) == (None, None)


@pytest.mark.parametrize(
    ("notices", "day", "source"),
    [
        ([ready(2)], 12, DeadlineSource.ESTIMATED),
        ([ready(2), said(Kind.REMINDER, 8)], 12, DeadlineSource.ESTIMATED),
        ([ready(2), said(Kind.REMINDER, 8, deadline=march(10))], 10, DeadlineSource.PRINTED),
        ([ready(2, deadline=march(10)), said(Kind.REMINDER, 8)], 10, DeadlineSource.PRINTED),
        ([ready(2, deadline=march(10)), ready(3, deadline=march(13))], 13, DeadlineSource.PRINTED),
        ([shipped(1, inquiry=None), ready(2, point=None)], 12, DeadlineSource.ESTIMATED),
    ],
)
def test_which_deadline_wins(notices: list[Notice], day: int, source: DeadlineSource) -> None:
    (parcel,) = joined(*notices)
    assert parcel.deadline is not None
    assert (parcel.deadline.day, parcel.deadline.source) == (march(day), source)


def test_a_reminder_alone_does_not_say_since_when_it_waits() -> None:
    (parcel,) = joined(said(Kind.REMINDER, 8))
    assert parcel.deadline is not None
    assert (parcel.deadline.day, parcel.deadline.safe_by) == (march(18), march(8))
    (parcel,) = joined(said(Kind.REMINDER, 8, point=LOCKER))
    assert parcel.deadline is not None
    assert (parcel.deadline.day, parcel.deadline.safe_by) == (march(11), march(8))
    (parcel,) = joined(ready(2), said(Kind.REMINDER, 8))
    assert parcel.deadline is not None
    assert (parcel.deadline.day, parcel.deadline.safe_by) == (march(12), march(5))


def test_a_mail_without_a_date_gives_no_estimate() -> None:
    (parcel,) = join([Mailed(1, a_notice(Kind.READY, None, a_reading()), "home", at(2))], RULES)
    assert (parcel.deadline, parcel.received_at) == (None, at(2))


def test_the_shop_is_the_last_one_named_completed_by_earlier_mails() -> None:
    lawson = PickupPoint(PointKind.KONBINI, Chain.LAWSON)
    (parcel,) = joined(ready(2), said(Kind.REMINDER, 4, point=PickupPoint(PointKind.KONBINI)))
    assert parcel.pickup_point == LAWSON
    other = PickupPoint(PointKind.KONBINI, Chain.MINISTOP)
    (parcel,) = joined(ready(2), ready(4, point=other), said(Kind.REMINDER, 5, point=PickupPoint(PointKind.UNKNOWN)))
    assert parcel.pickup_point == other
    assert joined(shipped(1, point=lawson), ready(2, point=None))[0].pickup_point == lawson


def test_dates_of_arrival() -> None:
    (parcel,) = joined(shipped(1, expected=march(3)), ready(4), said(Kind.REMINDER, 6))
    assert (parcel.received_at, parcel.expected) == (at(4), march(3))
    assert joined(shipped(1))[0].received_at == at(1)


def test_the_mailbox_is_that_of_the_first_mail() -> None:
    facts = [Mailed(1, shipped(1), "work", at(5)), Mailed(2, ready(2), "home", at(2))]
    assert join(facts, RULES)[0].mailbox == "work"


# -- for any mails in any order

ORDERS = (None, ORDER, OTHER_ORDER, f"503-1111111-{AUTH}")
INQUIRIES = (None, INQUIRY, OTHER_INQUIRY, "111122223333")
POINTS = (None, LAWSON, LOCKER, PickupPoint(PointKind.UNKNOWN))


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    return a_reading(
        inquiry=draw(st.sampled_from(INQUIRIES)),
        order=draw(st.sampled_from(ORDERS)),
        auth=draw(st.sampled_from((None, AUTH, "1112223"))),
        point=draw(st.sampled_from(POINTS)),
        code=draw(st.sampled_from((None, None, "482913", "775501"))),
        deadline=draw(st.sampled_from((None, march(9), march(14)))),
        source=draw(st.sampled_from(AuthSource)),
    )


KINDS = st.sampled_from([kind for kind in Kind if kind not in (Kind.OTHER, Kind.NOT_AMAZON)])
WHEN = st.sampled_from([at(1), at(1), at(2), at(2, 9, 1), at(3), at(5), at(9)])


@st.composite
def notices(draw: st.DrawFn) -> Notice:
    return a_notice(
        draw(KINDS),
        draw(WHEN),
        *draw(st.lists(readings(), min_size=1, max_size=2)),
        trust=draw(st.sampled_from(Trust)),
        message_id=draw(st.sampled_from([None, "a@example.jp", "b@example.jp"])),
        orders=draw(st.sampled_from([(), (), (ORDER,), (ORDER, OTHER_ORDER)])),
    )


@st.composite
def actions(draw: st.DrawFn, number: int) -> Acted:
    kind = draw(st.sampled_from(ActionKind))
    reading = draw(readings()) if kind in (ActionKind.EDIT, ActionKind.ADD) else None
    return Acted(
        id=number,
        kind=kind,
        at=draw(WHEN),
        anchor=reading if kind is ActionKind.ADD and reading else draw(readings()),
        began=draw(st.sampled_from([None, "mail:1", "mail:2"])),
        reading=reading,
        status=draw(st.sampled_from(Status)) if kind is ActionKind.ADD else None,
        note="n" if kind is ActionKind.NOTE else None,
    )


@st.composite
def many_facts(draw: st.DrawFn) -> list[Fact]:
    mails: list[Fact] = [
        Mailed(number, notice, "home", at(20)) for number, notice in enumerate(draw(st.lists(notices(), max_size=7)), 1)
    ]
    acted = [draw(actions(number)) for number in range(1, draw(st.integers(0, 3)) + 1)]
    return [*mails, *acted]


@settings(deadline=None, max_examples=300)
@given(many_facts().flatmap(lambda facts: st.tuples(st.just(facts), st.permutations(facts))))
def test_the_order_of_reading_does_not_matter(pair: tuple[list[Fact], Sequence[Fact]]) -> None:
    facts, shuffled = pair
    assert join_with_facts(facts, RULES) == join_with_facts(shuffled, RULES)


@settings(deadline=None, max_examples=200)
@given(many_facts(), st.data())
def test_a_mail_read_twice_changes_nothing(facts: list[Fact], data: st.DataObject) -> None:
    mails = [fact for fact in facts if isinstance(fact, Mailed)]
    copies = [
        replace(mail, id=100 + mail.id, mailbox="work", recorded_at=mail.recorded_at + timedelta(hours=hours))
        for mail in mails
        for hours in data.draw(st.lists(st.integers(1, 9), max_size=1))
    ]
    assert join([*facts, *copies], RULES) == join(facts, RULES)


@settings(deadline=None, max_examples=300)
@given(many_facts())
def test_facts_without_shared_keys_do_not_touch_each_other(facts: list[Fact]) -> None:
    apart = [parcel for component in components(facts) for parcel in join(component, RULES)]
    assert Counter(apart) == Counter(join(facts, RULES))


@settings(deadline=None, max_examples=200)
@given(many_facts())
def test_every_reading_is_in_one_parcel_at_most(facts: list[Fact]) -> None:
    parcels = join_with_facts(facts, RULES)
    found = Counter(fact for one in parcels for fact in (*one.readings, *one.actions))
    assert set(found.values()) <= {1}
    for one in parcels:
        parcel = one.parcel
        assert parcel.inquiry_number or parcel.order_number or parcel.pickup_code
        assert (parcel.closed_at is None) is (parcel.status in (Status.SHIPPED, Status.READY))
        assert (parcel.auth_number is None) is (parcel.auth_source is None)


@settings(deadline=None, max_examples=200)
@given(many_facts())
def test_no_two_parcels_have_one_inquiry_number(facts: list[Fact]) -> None:
    mails = [fact for fact in facts if isinstance(fact, Mailed) and fact.notice.kind is not Kind.DELIVERED]
    numbers = [parcel.inquiry_number for parcel in join(mails, RULES) if parcel.inquiry_number]
    assert len(numbers) == len(set(numbers))


@settings(deadline=None, max_examples=300)
@given(many_facts())
def test_a_returned_parcel_has_no_later_mail_that_says_it_waits(facts: list[Fact]) -> None:
    dates = {fact.id: fact.notice for fact in facts if isinstance(fact, Mailed)}
    for one in join_with_facts(facts, RULES):
        mails = [dates[mail] for mail, _ in one.readings]
        if one.parcel.status is Status.RETURNED and one.parcel.closed_at is not None:
            assert all(
                mail.date is not None and mail.date <= one.parcel.closed_at
                for mail in mails
                if mail.kind in (Kind.READY, Kind.REMINDER)
            )
        if one.again is not None:
            assert Kind.RETURNED in {mail.kind for mail in mails} or one.actions


def components(facts: list[Fact]) -> list[list[Fact]]:
    """Facts grouped by the keys that they emit and seek, the way a store finds them."""
    left = list(facts)
    found: list[list[Fact]] = []
    while left:
        component, wave = [left[0]], sought_keys(left[0])
        left = left[1:]
        while hits := [fact for fact in left if emitted_keys(fact) & wave]:
            component += hits
            left = [fact for fact in left if fact not in hits]
            wave = frozenset().union(*(sought_keys(fact) for fact in component))
        found.append(component)
    return found


def test_a_thousand_mails_of_one_order_are_joined_in_moderate_time() -> None:
    many = [said(Kind.SHIPPED, 1 + number % 20, inquiry=f"{number:012d}", order=ORDER) for number in range(1000)]
    assert len(joined(*many)) == 1000


def moments(parcels: Sequence[Parcel]) -> list[datetime]:
    return [parcel.received_at for parcel in parcels]


def test_parcels_come_by_their_first_mail() -> None:
    assert moments(joined(ready(4), ready(2, inquiry=OTHER_INQUIRY, order=OTHER_ORDER))) == [at(2), at(4)]
