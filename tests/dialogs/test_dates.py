"""Days and hours are said as people say them in each language."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from dialogs.engine.dates import when

CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("moment", "language", "said"),
    [
        ((2026, 11, 24, 15, 0), "en", ("Tuesday", "November 24", "3:00 PM")),
        ((2026, 11, 24, 15, 0), "es", ("martes", "24 de noviembre", "las 3:00 p. m.")),
        ((2026, 1, 3, 13, 5), "es", ("sábado", "3 de enero", "la 1:05 p. m.")),
        ((2026, 1, 3, 1, 30), "es", ("sábado", "3 de enero", "la 1:30 a. m.")),
        ((2026, 5, 6, 12, 0), "en", ("Wednesday", "May 6", "12:00 PM")),
        ((2026, 5, 6, 12, 0), "es", ("miércoles", "6 de mayo", "las 12:00 p. m.")),
        ((2026, 5, 6, 0, 15), "en", ("Wednesday", "May 6", "12:15 AM")),
    ],
)
def test_when(moment: tuple[int, int, int, int, int], language: str, said: tuple[str, str, str]) -> None:
    facts = when(datetime(*moment, tzinfo=CHICAGO), language)
    assert (facts["weekday"], facts["date"], facts["time"]) == said
