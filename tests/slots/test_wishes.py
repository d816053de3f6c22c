"""What a patient answered, as days, parts of the day and dates."""

from datetime import date

import pytest

from app.scheduling.wishes import Wishes, of_answers

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("days", "time_of_day", "means"),
    [
        ("any day", "any hour", Wishes()),
        ("Monday to Wednesday", "morning", Wishes(frozenset({"mon", "tue", "wed"}), frozenset({"morning"}))),
        ("Thursday or Friday", "", Wishes(frozenset({"thu", "fri"}))),
        ("monday afternoon", "", Wishes(frozenset({"mon"}), frozenset({"afternoon"}))),
        ("“any day”", "“whenever, Monday or 3:00”", Wishes()),
        (
            "“Next week please”",
            "morning",
            Wishes(parts=frozenset({"morning"}), earliest=date(2026, 11, 30), latest=date(2026, 12, 6)),
        ),
        ("“esta semana”", "", Wishes(earliest=date(2026, 11, 23), latest=date(2026, 11, 29))),
        ("“sometime next month”", "", Wishes(earliest=date(2026, 12, 1), latest=date(2026, 12, 31))),
        ("“pasado mañana”", "", Wishes(earliest=date(2026, 11, 25), latest=date(2026, 11, 25))),
        ("“the week after next week”", "", Wishes()),
        ("", "“any time after 3:30”", Wishes(parts=frozenset({"afternoon", "evening"}))),
        ("", "“después de las 5”", Wishes(parts=frozenset({"evening"}))),
        ("", "“before 12”", Wishes(parts=frozenset({"morning"}))),
        ("", "“before 5 pm”", Wishes(parts=frozenset({"morning", "afternoon"}))),
        ("", "“after 9 am”", Wishes()),
        ("", "“after 2 and before 4”", Wishes()),
        ("weekend", "", Wishes(frozenset({"sat", "sun"}))),
        ("weekday", "evening", Wishes(frozenset({"mon", "tue", "wed", "thu", "fri"}), frozenset({"evening"}))),
        ("--12-03", "", Wishes(earliest=date(2026, 12, 3), latest=date(2026, 12, 3))),
        ("--01-02", "", Wishes(earliest=date(2027, 1, 2), latest=date(2027, 1, 2))),
        ("2027-03-04", "", Wishes(earliest=date(2027, 3, 4), latest=date(2027, 3, 4))),
        ("tomorrow", "10:30", Wishes(frozenset(), frozenset({"morning"}), date(2026, 11, 24), date(2026, 11, 24))),
        ("--02-30", "3:00", Wishes(parts=frozenset({"afternoon"}))),
        ("", "17:00", Wishes(parts=frozenset({"evening"}))),
    ],
)
def test_answers_mean_days_and_parts_of_the_day(days: str, time_of_day: str, means: Wishes) -> None:
    assert of_answers(days, time_of_day, TODAY) == means
