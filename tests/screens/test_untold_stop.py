"""Whoever ends our texts in her own words hears nothing (decisions 0009, 0034): staff read so on her page."""

import pytest

from tests.house import House
from tests.people import Person
from tests.screens.desk import Browser, words_of

NOTHING_SENT = "nothing was sent back"


@pytest.mark.of_words
@pytest.mark.parametrize(
    ("words", "silent"), [("please stop texting me", True), ("no me escriban más", True), ("STOP", False)]
)
def test_her_page_and_her_number_say_that_she_may_not_know(
    house: House, front_desk: Browser, ana: Person, words: str, silent: bool
) -> None:
    ana.texts(words)
    ana.handset.reads()
    for page in (f"/patients/{ana.patient_id}", "/numbers/1"):
        shown = words_of(front_desk.opens(page)).lower()
        assert "no texts, as asked" in shown
        assert (NOTHING_SENT in shown) is silent
    ana.texts("START")
    ana.handset.reads()
    assert NOTHING_SENT not in words_of(front_desk.opens(f"/patients/{ana.patient_id}")).lower()
