"""A reply from an item: once, to the right patient, in words that say who writes, and never lost (H15, H20, P5)."""

import threading

import pytest

from app.models.outbox import Outbound
from escalation_desk.models import DeskItem
from tests.desk.desk import address, claims, on_list, reply_form
from tests.house import House
from tests.people import Person
from tests.web.browsing import Browser

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Please call us.", "Lakeside Clinic: Please call us."),
        ("Por favor, llámenos.", "Lakeside Clinic: Por favor, llámenos."),
        ("Nora from Lakeside Clinic: please call us.", "Nora from Lakeside Clinic: please call us."),
        ("Two Lakeside Clinics", "Lakeside Clinic: Two Lakeside Clinics"),
    ],
)
def test_who_reads_it_is_told_once_who_wrote_it(
    house: House, nora_: Browser, item: DeskItem, ana: Person, written: str, read: str
) -> None:
    """Many a patient has not saved the practice's number; the record holds what she read."""
    claims(nora_, item)
    assert "The patient reads first: <b>Lakeside Clinic:</b>" in nora_.page(address(item))
    assert nora_.posts(address(item, "reply"), None, **{**reply_form(nora_, item), "body": written}).status_code == 303
    house.staff_texts_leave()
    assert ana.reads() == read
    assert f'<p class="quote">{read}</p>' in nora_.page(address(item))


def test_a_reply_reaches_the_patient_once_however_often_it_is_clicked(
    house: House, nora_: Browser, item: DeskItem, ana: Person
) -> None:
    claims(nora_, item)
    form = reply_form(nora_, item)
    codes = []

    def click() -> None:
        codes.append(nora_.client.post(address(item, "reply"), data={**form, "body": "Please call us."}).status_code)

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert codes == [303] * 4
    house.staff_texts_leave()
    ana.reads("Please call us.")
    ana.nothing_more()
    assert len(house.rows(Outbound, Outbound.text_name == "staff")) == 1


def test_a_used_form_with_other_words_is_not_taken_for_sent(
    house: House, nora_: Browser, item: DeskItem, ana: Person
) -> None:
    claims(nora_, item)
    form = reply_form(nora_, item)
    assert nora_.client.post(address(item, "reply"), data={**form, "body": "Please call us."}).status_code == 303
    back = nora_.client.post(address(item, "reply"), data={**form, "body": "Please come in at 4."})
    assert back.status_code == 409
    assert "These were not sent" in back.text
    assert "Please come in at 4.</textarea>" in back.text
    house.staff_texts_leave()
    ana.reads("Please call us.")


def test_a_form_of_another_tab_never_texts_the_wrong_patient(
    house: House, nora_: Browser, item: DeskItem, ana: Person, rosa: Person
) -> None:
    rosa.texts("me duele la rodilla")
    rosa.reads("enfermer")
    hers = next(each for each in on_list("nurses") if each.id != item.id)
    claims(nora_, item)
    claims(nora_, hers)
    form = reply_form(nora_, item)
    crossed = nora_.client.post(address(hers, "reply"), data={**form, "body": "Your knee needs rest"})
    assert crossed.status_code == 409
    assert "This form belongs to another number" in crossed.text
    assert "Your knee needs rest" in crossed.text
    assert house.rows(Outbound, Outbound.text_name == "staff") == []


@pytest.mark.parametrize(
    ("body", "sentence"),
    [("   ", "The text is empty"), ("x" * 1584, "The text has 1601 characters with the practice’s name; 1600 fit")],
)
def test_a_text_that_cannot_go_is_refused_and_kept(nora_: Browser, item: DeskItem, body: str, sentence: str) -> None:
    claims(nora_, item)
    refused = nora_.posts(address(item, "reply"), None, **{**reply_form(nora_, item), "body": body})
    assert refused.status_code == 409
    assert sentence in refused.text
    assert f">{body}</textarea>" in refused.text


def test_two_windows_of_one_nurse_text_the_patient_once(
    house: House, nora_: Browser, item: DeskItem, ana: Person
) -> None:
    """The second one is told what the first said, keeps its words, and may then send them knowingly (H15)."""
    claims(nora_, item)
    first, second = reply_form(nora_, item), reply_form(nora_, item)
    assert nora_.posts(address(item, "reply"), None, **{**first, "body": "Please call us."}).status_code == 303
    refused = nora_.posts(address(item, "reply"), None, **{**second, "body": "Come in today."})
    assert refused.status_code == 409
    assert "since you opened it: “Lakeside Clinic: Please call us.” Yours was not sent." in refused.text
    assert ">Come in today.</textarea>" in refused.text
    house.staff_texts_leave()
    ana.reads("Please call us.")
    ana.nothing_more()
    assert (
        nora_.posts(address(item, "reply"), None, **{**reply_form(nora_, item), "body": "Come in."}).status_code == 303
    )
    house.staff_texts_leave()
    ana.reads("Come in.")
