"""The practice's own replies, and words about health pointed out before a text leaves (issue 6, point 2; P11, H25)."""

import pytest

from escalation_desk.models import DeskItem, ReplyTemplate
from tests.desk.desk import address, claims, on_list, reply_form
from tests.house import House
from tests.people import ANAS, Person, patient
from tests.screens.desk import words_of
from tests.web.browsing import Browser, signed_in

pytestmark = pytest.mark.of_pages
PAGE = "/desk/replies"
GOOD = {
    "title": "Bring your card",
    "words_en": "{first_name}, bring your card.",
    "words_es": "{first_name}, su tarjeta.",
}


def _offered(page: str) -> list[str]:
    return [part.split('"', 1)[0] for part in page.split('data-words="')[1:]]


def test_a_manager_writes_replies_and_each_item_offers_them_filled_in_its_patients_language(
    house: House, item: DeskItem, nora_: Browser, rosa: Person
) -> None:
    mia = signed_in(house, "mia", "manager")
    shipped = nora_.page(PAGE)
    assert "Please call us" in shipped, "a few come with the product"
    assert "About health" not in shipped
    assert nora_.posts(PAGE, None, **GOOD).status_code == 403
    wrong = {
        "Please give it a title": {"title": " "},
        "in Spanish too": {"words_es": ""},
        "There is no fact “diagnosis”": {"words_en": "{diagnosis}"},
        "There is no fact “first_name.__class__”": {"words_en": "{first_name.__class__}"},
        "A brace stands alone": {"words_en": "50 % off {"},
        "Both languages must name the same": {"words_es": "Su tarjeta."},
    }
    for sentence, change in wrong.items():
        refused = mia.posts(PAGE, None, **{**GOOD, **change})
        assert (refused.status_code, sentence in words_of(refused.text)) == (409, True), sentence
        assert "bring your card" in refused.text.lower(), "what was typed is still there"
    assert mia.posts(PAGE, None, **GOOD).status_code == 303
    (row,) = house.rows(ReplyTemplate, ReplyTemplate.title == GOOD["title"])
    changed = {**GOOD, "words_en": "{first_name}, please bring your card.", "version": str(row.version)}
    assert mia.posts(f"{PAGE}/{row.id}", None, **changed).status_code == 303
    stale = mia.posts(f"{PAGE}/{row.id}", None, **changed)
    assert (stale.status_code, "Somebody else has changed it" in stale.text) == (409, True)
    assert _offered(nora_.page(address(item))) == [], "only whoever has the item writes"
    claims(nora_, item)
    offered = _offered(nora_.page(address(item)))
    assert offered[0] == "Ana, please bring your card."
    assert not any("{" in each or "Your visit is on" in each for each in offered), "no visit is known here"
    rosa.texts("me duele la rodilla")
    rosa.reads("enfermer")
    hers = next(each for each in on_list("nurses") if each.id != item.id)
    claims(nora_, hers)
    assert _offered(nora_.page(address(hers)))[0] == "Rosa, su tarjeta."
    patient(house, "Sam López", ANAS)
    assert not any("card" in each or "Ana" in each for each in _offered(nora_.page(address(item)))), "whose name?"
    row = house.rows(ReplyTemplate, ReplyTemplate.id == row.id)[0]
    assert mia.posts(f"{PAGE}/{row.id}/retire", None, version=row.version).status_code == 303
    assert GOOD["title"] not in mia.page(PAGE)


def test_words_about_health_are_pointed_out_while_they_are_written_and_before_they_leave(
    house: House, item: DeskItem, nora_: Browser, ana: Person
) -> None:
    def told(words: str) -> str:
        sentence: str = nora_.posts(address(item, "health-words"), words=words).json["sentence"]  # type: ignore[index]
        return sentence

    assert "“results”" in told("Your results are in, please call us.")
    assert "rodilla”" in told("¿Cómo está su rodilla?")
    for harmless in ("Please call us.", "If it is an emergency call 911.", "Dr. Chen can see you at 4 pm.", " "):
        assert told(harmless) == "", harmless
    claims(nora_, item)
    form = reply_form(nora_, item)
    assert nora_.posts(address(item, "reply"), None, **{**form, "body": "Your results are in."}).status_code == 303
    assert "About health: “results”" in words_of(nora_.page(address(item))), "shown, with five seconds to undo it"
    house.staff_texts_leave()
    ana.reads("Your results are in.")
    fran = signed_in(house, "fran", "front_desk")
    assert fran.posts(address(item, "health-words"), words="results").status_code == 404, "it is the nurses'"
