"""Every sentence a person reads: complete in both languages, true, and harmless."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.extractors.notice import AuthSource, Chain, CheckDigit, Kind, PickupPoint, PointKind
from watcher.health import Connection
from watcher.messages.message import Problem, Trust
from watcher.notify.notification import Language, Notification, Press, Urgency
from watcher.notify.phrasing import auth_groups, day_words, inquiry_groups, words_of
from watcher.notify.wording import deadline_words, remind, reveal, state_word, summary
from watcher.notify.wording_en import EN
from watcher.notify.wording_ja import JA
from watcher.notify.words import Words, lookup_fields
from watcher.parcels.parcel import JST, Deadline, DeadlineSource, Parcel, Status
from watcher.parcels.reminder import Occasion, Reminder, ReminderState
from watcher.store.store import ActionKind, MessageState

ENUMS: dict[str, type[StrEnum]] = {
    "status": Status,
    "trust": Trust,
    "kind": Kind,
    "point": PointKind,
    "chain": Chain,
    "check_digit": CheckDigit,
    "auth_source": AuthSource,
    "deadline_source": DeadlineSource,
    "occasion": Occasion,
    "reminder_state": ReminderState,
    "connection": Connection,
    "message_state": MessageState,
    "action": ActionKind,
    "problem": Problem,
}
LANGUAGES: tuple[Language, ...] = ("ja", "en")
MORNING = datetime(2026, 3, 8, 9, tzinfo=JST)
ESTIMATED = Deadline(date(2026, 3, 11), DeadlineSource.ESTIMATED, None, date(2026, 3, 4))
PRINTED = Deadline(date(2026, 3, 11), DeadlineSource.PRINTED, "3月11日まで")

LAWSON = Parcel(
    id=7,
    status=Status.READY,
    order_number="250-1234567-7654321",
    inquiry_number="123456789013",
    check_digit=CheckDigit.VALID,
    auth_number="7654321",
    auth_source=AuthSource.PRINTED,
    pickup_point=PickupPoint(PointKind.KONBINI, Chain.LAWSON, "ローソン 架空町店"),
    pickup_code=None,
    deadline=PRINTED,
    trust=Trust.AUTHENTICATED,
    received_at=datetime(2026, 3, 1, 3, tzinfo=UTC),
    orders=("250-1234567-7654321",),
)
GUESSED = replace(LAWSON, deadline=ESTIMATED)
SHIPPED = replace(
    LAWSON,
    status=Status.SHIPPED,
    deadline=None,
    auth_number=None,
    auth_source=None,
    expected=date(2026, 3, 7),
)


def said(
    parcel: Parcel,
    occasion: Occasion = Occasion.DAYS_BEFORE,
    now: datetime = MORNING,
    language: Language = "ja",
    show_numbers: bool = True,
) -> Notification:
    return remind([parcel], Reminder(occasion, now), now, language, show_numbers)


@pytest.mark.parametrize("words", [JA, EN], ids=["ja", "en"])
def test_every_value_of_every_enum_has_its_word(words: Words) -> None:
    assert set(lookup_fields()) == set(ENUMS)
    for name, enum in ENUMS.items():
        table = getattr(words, name)
        assert set(table) == set(enum), name
        assert all(table.values()), name


@pytest.mark.parametrize("words", [JA, EN], ids=["ja", "en"])
def test_no_sentence_is_empty(words: Words) -> None:
    sentences = [getattr(words, name) for name in Words.__annotations__]
    assert all(sentences)
    assert (len(words.weekdays), len(words.months)) == (7, 12)


@pytest.mark.parametrize("name", [name for name, kind in Words.__annotations__.items() if kind == "str"])
def test_both_languages_have_the_same_blanks(name: str) -> None:
    def blanks(words: Words) -> set[str | None]:
        found = {field for _, field, _, _ in string.Formatter().parse(getattr(words, name))}
        return found - {None, "mark"} if name.startswith("title") else found - {None}

    assert blanks(JA) == blanks(EN)


def test_a_parcel_without_a_deadline_is_said_to_wait_still() -> None:
    bare = replace(LAWSON, deadline=None)
    assert said(bare, Occasion.STILL_WAITING).title == "まだ受け取っていない荷物があります：ローソン 架空町店"
    assert "お早めに" in said(bare, Occasion.STILL_WAITING).body
    assert said(bare, Occasion.STILL_WAITING, language="en").title.startswith("Your parcel still waits")
    assert said(bare, Occasion.ARRIVAL, language="en").title.startswith("Your parcel has arrived")


def test_a_day_is_said_with_its_weekday() -> None:
    assert day_words(date(2026, 11, 24), JA) == "11月24日(火)"
    assert day_words(date(2026, 11, 24), EN) == "Tue, Nov 24"
    assert day_words(date(2028, 2, 29), JA) == "2月29日(火)"


def test_numbers_come_in_groups() -> None:
    assert inquiry_groups("123456789013") == "1234 5678 9013"
    assert inquiry_groups("DA1234567890") == "DA12 3456 7890"
    assert auth_groups("7654321") == "765 4321"
    assert auth_groups("12") == "12"


def test_a_reminder_in_japanese() -> None:
    note = said(LAWSON)
    assert note.title == "受取期限まであと3日：ローソン 架空町店"
    assert note.body.splitlines() == [
        "到着日 3月1日(日)",
        "受取期限 3月11日(水) あと3日",
        "お問い合わせ番号 1234 5678 9013",
        "認証番号 765 4321",
        "受け取ったら「konbini collected 7」",
    ]
    assert (note.tag, note.parcel_ids) == ("parcel-7", (7,))
    assert [button.label for button in note.buttons] == ["受け取り済み", "後で(3時間)", "番号を見る"]


def test_a_reminder_in_english() -> None:
    note = said(LAWSON, language="en")
    assert note.title == "3 days left to pick up: ローソン 架空町店"
    assert "Pick up by Wed, Mar 11, 3 days left" in note.body


@pytest.mark.parametrize(
    ("day", "hour", "headline", "urgency"),
    [
        (1, 12, "荷物が届きました(あと10日)", Urgency.NORMAL),
        (10, 18, "荷物が届きました(明日まで)", Urgency.CRITICAL),
        (11, 10, "受取期限は本日です", Urgency.CRITICAL),
        (12, 0, "受取期限を過ぎました", Urgency.NORMAL),
    ],
)
def test_an_arrival_says_how_long_is_left(day: int, hour: int, headline: str, urgency: Urgency) -> None:
    note = said(LAWSON, Occasion.ARRIVAL, datetime(2026, 3, day, hour, tzinfo=JST))
    assert note.title.startswith(f"{headline}：")
    assert note.urgency is urgency


def test_a_late_reminder_speaks_of_the_day_it_is_said() -> None:
    late = said(LAWSON, Occasion.DAYS_BEFORE, datetime(2026, 3, 11, 8, tzinfo=JST))
    assert late.title.startswith("受取期限は本日です")


def test_midnight_in_japan_turns_the_day_not_midnight_elsewhere() -> None:
    assert said(LAWSON, now=datetime(2026, 3, 10, 14, 59, tzinfo=UTC)).title.startswith("受取期限は明日です")
    assert said(LAWSON, now=datetime(2026, 3, 10, 15, 0, tzinfo=UTC)).title.startswith("受取期限は本日です")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("occasion", [*Occasion])
@pytest.mark.parametrize("day", range(1, 14))
def test_an_estimate_is_always_called_one(language: Language, occasion: Occasion, day: int) -> None:
    note = said(GUESSED, occasion, datetime(2026, 3, day, 12, tzinfo=JST), language)
    word = "推定" if language == "ja" else "estimated"
    assert word in note.body
    if occasion not in (Occasion.SAFE_BY, Occasion.EXPECTED):
        assert word in note.title


@pytest.mark.parametrize(("language", "word"), [("ja", "可能性"), ("en", "may already have been")])
def test_after_an_estimate_nobody_claims_that_it_went_back(language: Language, word: str) -> None:
    note = said(GUESSED, Occasion.OVERDUE, datetime(2026, 3, 12, 10, tzinfo=JST), language)
    assert word in note.body
    assert "返送されました" not in note.body
    assert "was returned" not in note.body
    assert [button.press for button in note.buttons] == [Press.COLLECTED]


def test_the_safe_day_is_named_until_it_is_over() -> None:
    note = said(GUESSED, Occasion.SAFE_BY, datetime(2026, 3, 3, 18, tzinfo=JST))
    assert note.title == "3月4日(水)までに受け取ると安心です：ローソン 架空町店"
    assert "3月4日(水)" not in said(GUESSED, Occasion.SAFE_BY, datetime(2026, 3, 5, 18, tzinfo=JST)).title


def test_a_parcel_that_should_have_come_says_where_to_look_with_the_derived_number() -> None:
    note = said(SHIPPED, Occasion.EXPECTED)
    assert note.title == "到着のメールがまだ届いていません：ローソン 架空町店"
    assert "お届け予定日 3月7日(土)" in note.body
    assert "「アカウントサービス」→「注文履歴」→「受取可能」" in note.body
    assert "認証番号 765 4321(注文番号から推定)" in note.body


@pytest.mark.parametrize(
    "parcel",
    [
        replace(SHIPPED, orders=("250-1234567-7654321", "250-1234567-1111111")),
        replace(SHIPPED, order_number=None),
        replace(SHIPPED, pickup_point=PickupPoint(PointKind.LOCKER)),
        replace(SHIPPED, status=Status.COLLECTED),
    ],
)
def test_no_number_is_derived_where_none_can_be(parcel: Parcel) -> None:
    assert "認証番号" not in said(parcel, Occasion.EXPECTED).body


def test_a_number_that_a_kiosk_cannot_take_says_what_to_do() -> None:
    body = said(replace(LAWSON, inquiry_number="DA1234567890")).body
    assert "DA12 3456 7890" in body
    assert "バーコード" in body
    assert "認証番号" not in body


@pytest.mark.parametrize("language", LANGUAGES)
def test_hidden_numbers_stay_hidden(language: Language) -> None:
    for parcels in ([LAWSON], [LAWSON, replace(LAWSON, id=8)]):
        note = remind(parcels, Reminder(Occasion.ARRIVAL, MORNING), MORNING, language, False)
        digits = "".join(character for character in note.title + note.body if character.isdigit())
        assert "123456789013" not in digits
        assert "7654321" not in digits
        assert "konbini show 7" in note.body
    assert "1234 5678 9013" in reveal([LAWSON], language).body


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("parcel", "field"),
    [
        (replace(LAWSON, trust=Trust.UNVERIFIED), "mark_unverified"),
        (replace(LAWSON, ambiguous=True), "mark_ambiguous"),
        (replace(LAWSON, check_digit=CheckDigit.INVALID), "mark_check_digit"),
    ],
)
def test_doubts_are_said(parcel: Parcel, field: str, language: Language) -> None:
    mark = getattr(words_of(language), field)
    assert mark in said(parcel, language=language).body
    assert mark not in said(LAWSON, language=language).body


def test_several_parcels_at_one_shop_are_one_notification() -> None:
    other = replace(LAWSON, id=3, inquiry_number="999999999999", auth_number="1111111")
    note = remind([LAWSON, other], Reminder(Occasion.LAST_DAY, MORNING), MORNING, "ja", True)
    assert note.title == "荷物2件、受取期限まであと3日：ローソン 架空町店"
    assert note.tag == "parcel-3-7"
    assert note.parcel_ids == (7, 3)
    assert note.buttons[0].label == "すべて受け取り済み"
    assert "1234 5678 9013" in note.body
    assert "9999 9999 9999" in note.body


def test_a_first_look_at_many_parcels_is_one_summary() -> None:
    parcels = [replace(LAWSON, id=number) for number in range(1, 10)]
    note = summary(parcels, MORNING, "ja")
    assert note.title == "受け取り待ちの荷物が9件あります"
    assert len(note.body.splitlines()) == 8
    assert "ほか3件" in note.body
    assert "1234 5678" not in note.body
    assert summary([replace(one, deadline=None) for one in parcels], MORNING, "en").urgency is Urgency.NORMAL


@pytest.mark.parametrize(
    ("point", "ja", "en"),
    [
        (None, "受取場所不明", "unknown pick-up point"),
        (PickupPoint(PointKind.KONBINI, Chain.FAMILYMART), "ファミリーマート", "FamilyMart"),
        (PickupPoint(PointKind.KONBINI, Chain.MINISTOP, "架空店"), "ミニストップ 架空店", "MiniStop 架空店"),
        (
            PickupPoint(PointKind.LOCKER, None, "りんご"),
            "Amazon Hub ロッカー りんご",
            "Amazon Hub locker りんご",
        ),
        (
            PickupPoint(PointKind.LOCKER, None, "Amazon Hubロッカー - りんご"),
            "Amazon Hubロッカー - りんご",
            "Amazon Hub locker Amazon Hubロッカー - りんご",
        ),
        (PickupPoint(PointKind.POST_OFFICE, None, "架空郵便局"), "架空郵便局", "post office 架空郵便局"),
        (PickupPoint(PointKind.UNKNOWN, None, "どこか"), "どこか", "どこか"),
    ],
)
def test_places_are_named(point: PickupPoint | None, ja: str, en: str) -> None:
    parcel = replace(LAWSON, pickup_point=point)
    assert said(parcel).title.endswith(f"：{ja}")
    assert said(parcel, language="en").title.endswith(f": {en}")


def test_a_list_says_overdue_and_how_sure_a_day_is() -> None:
    after = datetime(2026, 3, 12, tzinfo=JST)
    assert state_word(LAWSON, after, "ja") == "期限切れ"
    assert state_word(LAWSON, after - timedelta(seconds=1), "ja") == "受取可能"
    assert deadline_words(GUESSED, MORNING, "ja") == ("3月11日(水)(推定)", "あと3日")
    assert deadline_words(replace(GUESSED, deadline=None), MORNING, "en") == ("unknown", "")
    assert deadline_words(replace(LAWSON, status=Status.COLLECTED), MORNING, "en") == ("Wed, Mar 11", "")


TEXT = st.text(max_size=80)


@given(TEXT, TEXT, st.sampled_from([*Occasion]), st.sampled_from(LANGUAGES), st.integers(-5, 20))
@settings(max_examples=150, deadline=None)
def test_text_of_a_mail_is_dead_in_a_notification(
    name: str, code: str, occasion: Occasion, language: Language, days: int
) -> None:
    parcel = replace(
        GUESSED,
        pickup_point=PickupPoint(PointKind.LOCKER, None, f"<b>{name}\x1b[31m{{0}}"),
        pickup_code=f"<a href='x'>{code}",
    )
    now = MORNING + timedelta(days=days)
    note = remind([parcel], Reminder(occasion, now), now, language, True)
    for text in (note.title, note.body):
        assert not set("<>&\x1b\x00\r") & set(text)
    assert "\n" not in note.title
    assert len(note.body.splitlines()) <= 9
