"""What a text says of a visit is what stands on the wall of its place."""

from datetime import UTC, datetime

import pytest

from app.scheduling.booking import Visit
from app.talk import facts
from tests.house import house_settings

ONE_INSTANT = datetime(2026, 11, 24, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "english", "spanish"),
    [
        ("America/Chicago", "3:00 PM", "las 3:00 p. m."),
        ("America/New_York", "4:00 PM", "las 4:00 p. m."),
        ("America/Phoenix", "2:00 PM", "las 2:00 p. m."),
    ],
)
def test_two_places_at_one_instant_each_name_their_own_time(zone: str, english: str, spanish: str) -> None:
    """H44: what is kept of one visit's words must not be given to another's."""
    visit = Visit(1, ONE_INSTANT, "Main Street", zone, "Lakeside Clinic", "Ana López")
    assert facts.of_visit(house_settings(), visit, "en")["time"] == english
    assert facts.of_visit(house_settings(), visit, "es")["time"] == spanish
