"""Lists show the words that tell, and the reason that holds now."""

import re

import pytest

from escalation_desk.telling import telling
from tests.desk.desk import address, claims, only_item, reads, version
from tests.house import House
from tests.journeys.test_scripts import begins
from tests.people import Person
from tests.screens.desk import words_of
from tests.web.browsing import signed_in

pytestmark = pytest.mark.of_pages


def _marked(page: str) -> list[str]:
    return re.findall(r"<mark[^>]*>(.*?)</mark>", page)


def test_a_bare_number_about_health_says_what_it_means_and_a_later_one_does_not_hide_it(
    house: House, ana: Person
) -> None:
    """H06: "2" to "are things going as expected" is bad news; the "1" after it answers nothing."""
    begins(house, ana, "post_visit_checkin_72h")
    ana.reads("Are things going")
    ana.texts("2")
    ana.reads("nurse")
    ana.texts("1")
    ana.handset.reads()
    nora = signed_in(house, "nora", "nurse")
    row = words_of(nora.page("/desk/nurses"))
    assert "2 means: say that they are not" in row
    page = words_of(nora.page(address(only_item(house))))
    assert (
        "Answers 2 , say that they are not , to: we are asking after your visit with us. Are things going as you were "
        "told to expect?" in page
    )
    assert page.count("Answers ") == 1


def test_a_row_shows_the_words_with_the_mention_and_counts_the_others(house: House, ana: Person) -> None:
    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse")
    ana.texts("zxqv blorp")
    ana.texts("ok")
    nora = signed_in(house, "nora", "nurse")
    page = nora.page("/desk/nurses")
    assert "my knee is swollen since yesterday" in words_of(page)
    assert _marked(page)
    assert "+2 more" in words_of(page)


def test_grave_words_are_shown_before_newer_ones(house: House, ana: Person) -> None:
    ana.texts("I want to die")
    ana.reads("988")
    ana.texts("and my knee is swollen")
    ana.reads("A nurse")
    nora = signed_in(house, "nora", "nurse")
    shown = words_of(nora.page("/desk/nurses"))
    assert "I want to die" in shown
    assert "+1 more" in shown


def test_words_and_what_they_wait_for_stand_together(house: House, ana: Person, rosa: Person) -> None:
    """A picture beside them is something else: it does not tell why these words wait."""
    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse")
    ana.texts_photo()
    assert only_item(house).reason == "picture"
    rosa.texts("me quiero morir")
    rosa.reads("988")
    shown = words_of(signed_in(house, "nora", "nurse").page("/desk/nurses"))
    assert "▲ Crisis words me quiero morir" in shown
    assert "Clinical words my knee is swollen since yesterday A picture came +1 more" in shown


def test_shown_words_keep_their_own_reason_when_the_item_waits_for_another(house: House, ana: Person) -> None:
    ana.texts("zxqv blorp")
    ana.reads("a person will read it")
    ana.texts("I am running late")
    ana.texts("zxqv blorp again, for the same friend")
    ana.texts("who is this?")
    assert only_item(house).reason == "who"
    fran, nora = signed_in(house, "fran", "front_desk"), signed_in(house, "nora", "nurse")
    shown = words_of(fran.page("/desk/front-desk"))
    assert "Not understood for sure zxqv blorp Asked who is writing +3 more" in shown
    fran.posts(address(only_item(house), "move"), to="nurses")
    shown = words_of(nora.page("/desk/nurses"))
    assert "Not understood for sure zxqv blorp Somebody at the desk says that this is clinical +3 more" in shown


def test_a_long_beginning_hides_no_words_that_tell(house: House, ana: Person, rosa: Person) -> None:
    """A row has a few lines; the item's page has all the words."""
    thanks = "I wanted to thank the doctor for the nice talk and for all her time on Friday, and my son says hello, "
    ana.texts(thanks + "but my knee is swollen since yesterday")
    ana.reads("A nurse")
    rosa.texts(
        "my knee is swollen and I could not sleep at all last night because of the heat and the noise, my chest hurts"
    )
    rosa.reads("911")
    nora = signed_in(house, "nora", "nurse")
    page = nora.page("/desk/nurses")
    assert re.search(r"Clinical words … [\w ,]{1,30}knee is swollen since yesterday", words_of(page))
    assert re.search(r"Emergency words … [\w ,]{1,30} my chest hurts", words_of(page))
    assert "<mark" in page
    assert thanks + "but my knee" in words_of(nora.page("/desk/items/1"))


def test_words_nobody_has_read_since_are_counted(house: House, ana: Person) -> None:
    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse")
    nora = signed_in(house, "nora", "nurse")
    assert "unread" not in words_of(nora.page("/desk/nurses")), "all of it is: the row itself says so"
    claims(nora, only_item(house))
    reads(nora, only_item(house))
    ana.texts("zxqv blorp")
    assert "1 unread" in words_of(nora.page("/desk/nurses"))


def test_the_reason_follows_the_newest_words(house: House, ana: Person) -> None:
    fran = signed_in(house, "fran", "front_desk")
    ana.texts("zxqv blorp")
    ana.reads("a person will read it")
    assert only_item(house).reason == "not_understood"
    ana.texts("I am running late")
    assert only_item(house).reason == "late"
    assert "Running late" in words_of(fran.page("/desk/front-desk"))
    assert "Running late" in words_of(fran.page(address(only_item(house))))


def test_a_picture_does_not_stay_the_reason_once_words_are_clinical(house: House, ana: Person) -> None:
    ana.texts_photo()
    ana.reads("A nurse")
    assert only_item(house).reason == "picture"
    ana.texts("my knee is swollen")
    assert only_item(house).reason == "hand_off"
    ana.texts("ok")
    assert only_item(house).reason == "hand_off", "what joins it says less"


def test_moving_says_who_called_it_what(house: House, ana: Person) -> None:
    nora, fran = signed_in(house, "nora", "nurse"), signed_in(house, "fran", "front_desk")
    ana.texts("zxqv blorp")
    ana.reads("a person will read it")
    fran.posts(address(only_item(house), "move"), to="nurses")
    assert "Somebody at the desk says that this is clinical" in words_of(nora.page("/desk/nurses"))
    claims(nora, only_item(house))
    reads(nora, only_item(house))
    nora.posts(address(only_item(house), "move"), to="front_desk", version=version(nora, only_item(house)))
    assert "A nurse says that this is for the front desk" in words_of(fran.page("/desk/front-desk"))
    ana.texts("I am running late")
    assert only_item(house).reason == "late"


@pytest.mark.parametrize(
    ("was", "now", "shown"),
    [
        ("crisis", "emergency", "crisis"), ("emergency", "crisis", "crisis"), ("emergency", "hand_off", "emergency"),
        ("not_understood", "late", "late"), ("late", "person_has_talk", "late"), ("hand_off", "help", "help"),
        ("picture", "not_understood", "picture"), ("person_has_talk", "late", "late"),
        ("called_administrative", "question", "question"),
    ],
)  # fmt: skip
def test_nothing_weaker_hides_what_is_graver(was: str, now: str, shown: str) -> None:
    assert telling(was, now) == shown
