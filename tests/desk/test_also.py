"""“Do it” says whose appointment it is and when, on its own line (H25); of several lines each has its own key."""

import pytest

from app import db
from app.models.appointments import Appointment
from app.models.patients import ConsentEvent, ContactPoint
from app.scheduling import booking
from tests.desk.desk import address, claims, only_item
from tests.house import House
from tests.people import Colleague, Person, visit
from tests.screens.desk import words_of
from tests.web.browsing import Browser, signed_in

pytestmark = [pytest.mark.slow, pytest.mark.of_pages]


def test_on_a_shared_phone_it_names_the_patient(house: House, ana: Person, sam: Person) -> None:
    booked = visit(house, sam)
    house.tick()
    ana.reads("Sam", "Reply 1")
    ana.texts("yes")
    ana.reads("person will read it")
    fran = signed_in(house, "fran", "front_desk")
    claims(fran, only_item(house))
    page = fran.page(address(only_item(house)))
    assert "confirm Sam Tue Nov 24 3:00 PM: Sam López, Tue Nov 24, 3:00 PM" in words_of(page)
    exchange = fran.hidden(address(only_item(house)), "exchange", "/also")
    line = f'id="also-{exchange}"'
    assert page.index(line) < page.index(f'aria-describedby="also-{exchange}">Do it')
    assert fran.posts(address(only_item(house), "also"), exchange=exchange).status_code == 303
    assert house.rows(Appointment, Appointment.id == booked)[0].confirmed_at is not None
    house.work()
    ana.reads("confirmed")


@pytest.mark.of_words
@pytest.mark.parametrize(
    "words",
    [
        "this is Sam, 1",
        "Sam here, 1",
        "1 for Sam",
        "soy Sam, 1",
        "habla Sam, sí",
        "1, soy Bernarda",
        "yes it's Sam López",
        "1. This is Sam's mom, he will be there",
        "1 its sams mother",
    ],
)
def test_whoever_names_another_behind_the_phone_answers_for_nobody(
    house: House, ana: Person, sam: Person, words: str
) -> None:
    """H25: it is Ana's visit and her reply number, but Sam who writes; to confirm Ana's with one key would be a
    guess."""
    visit(house, ana)
    house.tick()
    ana.reads("Ana", "Reply 1")
    ana.texts(words)
    ana.reads("person will read it")
    fran = signed_in(house, "fran", "front_desk")
    claims(fran, only_item(house))
    page = fran.page(address(only_item(house)))
    assert "Also wrote" not in words_of(page)
    assert "/also" not in page


@pytest.mark.of_words
@pytest.mark.parametrize("words", ["this is Ana López, yes", "yes please", "soy Ana, sí", "sí, habla la señora López"])
def test_her_own_name_or_none_keeps_what_she_chose(house: House, ana: Person, sam: Person, words: str) -> None:
    visit(house, ana)
    house.tick()
    ana.reads("Ana", "Reply 1")
    ana.texts(words)
    ana.reads("person will read it")
    fran = signed_in(house, "fran", "front_desk")
    assert "confirm Ana Tue Nov 24 3:00 PM: Ana López" in words_of(fran.page(address(only_item(house))))


def test_on_her_own_phone_it_says_when(house: House, ana: Person) -> None:
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("2 and my knee is swollen")
    ana.reads("A nurse")
    nora = signed_in(house, "nora", "nurse")
    page = words_of(nora.page(address(only_item(house))))
    assert "ask for another time: Tue Nov 24, 3:00 PM" in page
    assert "it has changed" not in page


def test_it_says_when_the_appointment_is_not_the_one_that_was_asked_about(
    house: House, ana: Person, nora: Colleague
) -> None:
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("1 and my knee is swollen")
    ana.reads("A nurse")
    with db.transaction("tests.move") as session:
        booking.move(session, booked, 1, house.on(3, 9), 1, 1, nora.id)
    nils = signed_in(house, "nils", "nurse")
    page = words_of(nils.page(address(only_item(house))))
    assert "confirm: Thu Nov 26, 9:00 AM; it has changed since the question" in page


def test_several_have_keys_of_their_own(house: House, ana: Person) -> None:
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("1 and my knee is swollen")
    ana.reads("A nurse")
    nora = signed_in(house, "nora", "nurse")
    claims(nora, only_item(house))
    assert 'data-key="d"' in nora.page(address(only_item(house)))
    ana.texts("2 and it hurts more")
    page = nora.page(address(only_item(house)))
    assert 'data-key="d"' not in page
    for number in (1, 2):
        assert f'data-key="d{number}"' in page
        assert f"<kbd>d {number}</kbd>" in page


def test_what_she_also_wrote_is_done_with_one_key(house: House, nora_: Browser, ana: Person) -> None:
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1 to confirm")
    ana.texts("yes but my chest hurts")
    ana.reads("911")
    item = only_item(house)
    assert "Also wrote what means <b>1</b>, confirm: Tue Nov 24, 3:00 PM" in nora_.page(address(item))
    assert _confirmed(house, booked) is False, "clinical words never move an appointment"
    claims(nora_, item)
    exchange = nora_.hidden(address(item), "exchange", "/also")
    done = nora_.posts(address(item, "also"), exchange=exchange)
    assert done.headers["Location"] == address(item) + "?done=did"
    assert _confirmed(house, booked) is True
    assert nora_.posts(address(item, "also"), exchange=exchange).status_code == 409
    house.work()
    ana.reads("confirmed")


def test_stop_beside_other_words_is_hers_to_judge_and_one_key(
    house: House, nora_: Browser, fran: Colleague, ana: Person
) -> None:
    """P9: consent and clinical effect are decided apart; carriers heed STOP only as the whole message."""
    visit(house, ana, hour=9)
    house.tick()
    ana.reads("Reply 1 to confirm")
    ana.texts("STOP my chest hurts")
    ana.reads("911")
    hint = "Also wrote <b>stop</b>, which may be a wish for no more texts. It was not taken for one"
    assert hint in nora_.page("/desk/items/1")
    claims(nora_, only_item(house))
    exchange = nora_.hidden("/desk/items/1", "exchange", "/no-texts")
    done = nora_.posts("/desk/items/1/no-texts", exchange=exchange)
    assert done.headers["Location"] == "/desk/items/1?done=stopped"
    page = words_of(nora_.page("/desk/items/1"))
    assert "None go to this number any more." in page
    assert "No more texts go to this number, as Nora read in the patient’s words" in page
    assert "Reply by text" not in page
    assert nora_.posts("/desk/items/1/no-texts", exchange=exchange).status_code == 409
    assert [item.reason for item in fran.sees("front_desk")] == ["confirm_by_phone_opted_out"]
    ana.nothing_more()


def test_texts_end_without_a_word_when_she_who_has_the_item_says_so(
    house: House, nora_: Browser, fran: Colleague, ana: Person
) -> None:
    """“Do not text me, he reads my phone” is obeyed at once, and nothing goes to the phone that says so."""
    visit(house, ana, hour=9)
    house.tick()
    ana.reads("Reply 1 to confirm")
    ana.texts("he hits me, please call, he reads my phone")
    ana.reads()
    refused = nora_.posts("/desk/items/1/no-texts")
    assert refused.status_code == 409, "only who has the item"
    claims(nora_, only_item(house))
    page = nora_.page("/desk/items/1")
    assert "Also wrote" not in page
    assert "End texts to this number" in page
    assert "Only words about health or danger that come from it are still answered." in page
    assert nora_.posts("/desk/items/1/no-texts").headers["Location"] == "/desk/items/1?done=stopped"
    for page in ("/desk/items/1", "/desk/nurses"):
        assert "be sure who answers, leave no message" in nora_.page(page)
    page = words_of(nora_.page("/desk/items/1"))
    assert "No more texts go to this number, as Nora decided" in page
    assert "Reply by text" not in page
    assert "End texts to this number" not in page
    assert [(event.kind, event.source) for event in house.rows(ConsentEvent)] == [("opt_out", "staff")]
    assert nora_.posts("/desk/items/1/no-texts").status_code == 409
    assert [item.reason for item in fran.sees("front_desk")] == ["confirm_by_phone_opted_out"]
    ana.nothing_more()
    house.passes(hours=2)
    ana.texts("I want to die")
    ana.reads("988")
    ana.texts("START")
    ana.reads("You will get texts from us again")
    assert house.rows(ContactPoint)[0].opted_out_at is None


def _confirmed(house: House, appointment_id: int) -> bool:
    (appointment,) = house.rows(Appointment, Appointment.id == appointment_id)
    return appointment.confirmed_at is not None
