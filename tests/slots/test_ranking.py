"""Who is suggested first for a time, and the reasons that staff are shown."""

from datetime import datetime, timedelta

from app.scheduling.ranking import rank
from app.scheduling.suiting import MOST_OFFERS_A_WEEK, Place, Waits
from app.scheduling.wishes import Wishes
from tests.house import MONDAY_TEN

WEDNESDAY_NINE = Place(MONDAY_TEN.replace(day=25, hour=9), 1, 1, "Follow-up")
ANYTHING = Waits(1, 1, Wishes(), MONDAY_TEN - timedelta(days=3))


def _first(*waiting: Waits, now: datetime = MONDAY_TEN) -> list[int]:
    return [each.request_id for each in rank(WEDNESDAY_NINE, waiting, now) if each.fits]


def _against(**changed: object) -> tuple[str, ...]:
    (suggestion,) = rank(WEDNESDAY_NINE, [ANYTHING._replace(**changed)], MONDAY_TEN)  # type: ignore[arg-type]
    return suggestion.against


def test_who_was_offered_the_least_goes_first_then_who_has_waited_longest() -> None:
    waiting = [
        ANYTHING._replace(request_id=2, since=MONDAY_TEN - timedelta(days=9), offers=1),
        ANYTHING._replace(request_id=3, since=MONDAY_TEN - timedelta(days=1)),
        ANYTHING,
    ]
    assert _first(*waiting) == [1, 3, 2]


def test_each_reason_against_is_said() -> None:
    assert _against() == ()
    assert _against(wishes=Wishes(days=frozenset({"fri"}))) == ("cannot come on a Wednesday",)
    assert _against(wishes=Wishes(parts=frozenset({"afternoon", "evening"}))) == ("wants afternoon or evening",)
    assert _against(wishes=Wishes(earliest=WEDNESDAY_NINE.starts.date() + timedelta(days=1))) == ("wants a later day",)
    assert _against(wishes=Wishes(latest=WEDNESDAY_NINE.starts.date() - timedelta(1))) == ("wants an earlier day",)
    assert _against(provider_id=2, location_id=2) == ("wants another clinician", "wants another place")
    assert _against(visit_kind="Physical") == ("needs a time for Physical",)
    assert _against(visit_kind="follow-up") == ()
    assert _against(notice=timedelta(hours=72)) == ("needs 72 hours’ notice",)
    assert _against(instead_of=WEDNESDAY_NINE.starts) == ("has this very time now",)
    assert _against(asked=True, had=True) == ("is being offered a time now", "was offered this time before")
    assert _against(offers=MOST_OFFERS_A_WEEK) == ("was offered a time 3 times this week",)


def test_what_speaks_for_her_is_said_too() -> None:
    wishes = Wishes(days=frozenset({"wed"}), parts=frozenset({"morning"}))
    (suggestion,) = rank(WEDNESDAY_NINE, [ANYTHING._replace(wishes=wishes, provider_id=1, offers=1)], MONDAY_TEN)
    assert suggestion.for_her == (
        "asked for Wednesday", "asked for the morning", "asked for this clinician", "waits for 3 days",
        "was offered a time once this week",
    )  # fmt: skip
