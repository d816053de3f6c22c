"""One matter, one item: what a patient goes on to write about another time stands on the task that finds it."""

import pytest

from app import db
from app.models.appointments import Appointment
from app.models.outbox import Outbound
from app.models.waitlist import WaitlistRequest
from escalation_desk import items
from escalation_desk.models import DeskItem, DeskItemWords
from tests.desk.desk import address, claims, closes, on_list, only_item, reads
from tests.house import House
from tests.journeys.test_scripts import begins
from tests.people import Colleague, Person, patient, visit
from tests.screens.desk import words_of
from tests.web.browsing import signed_in

pytestmark = [pytest.mark.slow, pytest.mark.of_pages]


@pytest.fixture
def asked(house: House, ana: Person) -> int:
    """Ana was asked about her appointment."""
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    return booked


def test_another_time_shows_her_words_and_the_visit(house: House, ana: Person, asked: int) -> None:
    ana.texts("thursday afternoon would be better")
    ana.reads("We will contact you about a change")
    fran = signed_in(house, "fran", "front_desk")
    shown = words_of(fran.page("/desk/front-desk"))
    assert "thursday afternoon would be better" in shown
    assert "Another time is wanted" in shown
    assert "Tue Nov 24, 3:00 PM" in shown
    page = words_of(fran.page(address(only_item(house))))
    for part in ("Another time is wanted", "Ana López, Tue Nov 24, 3:00 PM, Dr. Chen, Main Street",
                 "thursday afternoon would be better"):  # fmt: skip
        assert part in page
    assert f'href="/appointments/{asked}"' in fran.page(address(only_item(house)))
    nora = signed_in(house, "nora", "nurse")
    assert f'href="/appointments/{asked}"' not in nora.page(address(only_item(house)))


@pytest.mark.usefixtures("asked")
def test_words_that_follow_join_the_open_task(house: House, ana: Person) -> None:
    ana.texts("2")
    ana.reads("stays for now")
    house.passes(hours=7)  # the question which days suit is over
    for said, heard in (("tuesday morning is better", "person will read it"),
                        ("or wed after 3, my daughter drives me", None)):  # fmt: skip
        ana.texts(said)
        if heard:
            ana.reads(heard)
    task = only_item(house)
    assert (task.kind, task.reason, task.list) == ("task", "another_time", "front_desk")
    assert len(house.rows_of(DeskItemWords)) == 3
    fran = signed_in(house, "fran", "front_desk")
    page = words_of(fran.page(address(task)))
    assert "tuesday morning is better" in page
    assert "my daughter drives me" in page
    claims(fran, task)
    assert closes(fran, task, "done", "Moved to Tuesday at 9") == 409, "nobody has read her words"
    reads(fran, task)
    assert closes(fran, task, "done", "Moved to Tuesday at 9") == 303


@pytest.mark.usefixtures("asked")
def test_an_answer_to_the_front_desks_proposal_joins_it_too(house: House, ana: Person, fran: Colleague) -> None:
    ana.texts("2")
    ana.reads("stays for now")
    (task,) = fran.sees("front_desk")
    fran.claims(task)
    fran.replies(task, "Would Thursday at 3 suit you?", "form-of-the-proposal")
    ana.reads("Would Thursday at 3 suit you?")
    ana.texts("yes that works")
    ana.reads("person will read it")
    assert [item.id for item in on_list("front_desk")] == [task.id]


@pytest.mark.usefixtures("asked")
def test_clinical_words_never_hide_in_a_task(house: House, ana: Person, nora: Colleague) -> None:
    """P1: they are the nurses', on an item of their own; the wish for another time stays where it is dealt with."""
    ana.texts("2")
    ana.reads("stays for now")
    ana.texts("I feel dizzy")
    ana.reads("A nurse will read")
    (hers,) = nora.sees()
    assert (hers.kind, hers.reason) == ("words", "hand_off")
    assert [item.reason for item in on_list("front_desk")] == ["another_time"]
    nurse = signed_in(house, "nils", "nurse")
    assert "Also open: Another time is wanted (front desk)" in words_of(nurse.page(address(hers)))


def test_on_a_shared_phone_nobody_is_guessed(house: House, ana: Person, sam: Person, nora: Colleague) -> None:
    """H25: "tuesday is better" may be Sam's."""
    booked = visit(house, ana)
    with db.transaction("tests.task") as session:
        items.raise_task(
            session, f"another_time:{booked}:v1:1", "another_time", 1, patient_id=ana.patient_id, appointment_id=booked
        )
    sam.texts("tuesday morning is better")
    ana.reads("person will read it")
    assert sorted(item.reason for item in on_list("front_desk")) == ["another_time", "shared_number"]


@pytest.mark.usefixtures("asked")
def test_while_the_task_is_claimed_a_person_has_the_talk(house: House, ana: Person, fran: Colleague) -> None:
    """A "1" that answers Fran must not confirm another visit that was asked about meanwhile."""
    ana.texts("2")
    ana.reads("stays for now")
    other = visit(house, ana, days=3, hour=9)
    house.becomes(house.on(1, 9, 30))
    ana.reads("Reply 1")
    (task,) = fran.sees("front_desk")
    fran.claims(task)
    ana.texts("1")
    ana.reads("person will read it")
    assert house.rows(Appointment, Appointment.id == other)[0].confirmed_at is None
    assert [item.id for item in on_list("front_desk")] == [task.id]


def test_what_she_answers_to_the_questions_stands_on_the_task(house: House, ana: Person, asked: int) -> None:
    ana.texts("2")
    ana.reads("stays for now")
    ana.texts("2")
    ana.reads("And at what time of day?")
    ana.texts("3")
    ana.reads("We will contact you about a change")
    fran = signed_in(house, "fran", "front_desk")
    page = words_of(fran.page(address(only_item(house))))
    assert "Days: Monday to Wednesday · Time of day: afternoon" in page
    (waits,) = house.rows(WaitlistRequest)
    assert (waits.appointment_id, waits.days, waits.parts) == (asked, "mon tue wed", "afternoon")


@pytest.mark.usefixtures("asked")
def test_who_goes_on_after_her_task_was_closed_gets_another(house: House, ana: Person, fran: Colleague) -> None:
    ana.texts("2")
    ana.reads("stays for now")
    (task,) = fran.sees("front_desk")
    fran.settles(task, "done", "Will look")
    for said, heard in (("3", "time of day"), ("1", "We will contact you about a change")):
        ana.texts(said)
        ana.reads(heard)
    (again,) = fran.sees("front_desk")
    assert (again.kind, again.reason) == ("task", "another_time")
    assert "Thursday or Friday" in (again.note or "")


def test_a_closed_task_takes_no_more(house: House, ana: Person, asked: int, fran: Colleague) -> None:
    ana.texts("2")
    ana.reads("stays for now")
    (task,) = fran.sees("front_desk")
    fran.settles(task, "done", "Moved")
    house.passes(hours=7)
    ana.texts("friday afternoon")
    ana.reads("person will read it")
    (again,) = fran.sees("front_desk")
    assert (again.kind, again.reason) == ("words", "preference")
    assert [row.state for row in house.rows(Outbound, Outbound.message_class == "reply")] == ["delivered"] * 2
    assert len(house.rows(DeskItem)) == 2


@pytest.mark.parametrize(
    ("dialog", "answers", "reason"),
    [("book_follow_up", ("1", "1", "1"), "wants_visit"), ("callback", ("1",), "wants_call")],
)
def test_a_date_that_follows_her_answer_joins_the_task_it_made(
    house: House, ana: Person, fran: Colleague, dialog: str, answers: tuple[str, ...], reason: str
) -> None:
    begins(house, ana, dialog)
    for answer in answers:
        ana.texts(answer)
    ana.handset.reads()
    ana.texts("friday december 4")
    ana.reads("a person will read it")
    (task,) = fran.sees("front_desk")
    assert (task.kind, task.reason) == ("task", reason)
    assert "friday december 4" in words_of(signed_in(house, "francis", "front_desk").page(address(task)))


def test_words_after_an_appointment_needed_join_that_task(house: House, nora: Colleague) -> None:
    bob = patient(house, "Bob B", "+12025550177")
    bob.texts("my knee is swollen")
    bob.reads("A nurse")
    (item,) = nora.sees()
    nora.claims(item)
    nora.reads_all(item)
    nora.closes(item, "appointment_needed", "Fever since Monday", "Within two days")
    bob.texts("friday afternoon is best")
    bob.reads("person will read it")
    assert [each.reason for each in on_list("front_desk")] == ["appointment_needed"]
