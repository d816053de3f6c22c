"""What the patient is told when people take over: the hand-off is never used up by a lesser text (P1, P2, P7)."""

from app import db, timeline
from app.inbound import outage
from app.models.conversations import Exchange
from app.scheduling import booking
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Colleague, Person, appointment, visit


def test_clinical_words_after_this_is_clinical_get_the_hand_off(ana: Person, nora: Colleague, fran: Colleague) -> None:
    ana.texts("zxqv blorp")
    ana.reads("a person will read it")
    (item,) = fran.sees("front_desk")
    fran.moves(item, "nurses")
    ana.texts("florp wibble")
    ana.nothing_more()
    ana.texts("I feel dizzy")
    ana.reads("A nurse will read your message", "911")
    ana.texts("florp")
    ana.nothing_more()


def test_clinical_words_after_an_outage_get_the_hand_off(house: House, ana: Person, nora: Colleague) -> None:
    db.start("sqlite:////nowhere/at/all.db")
    ana.handset.texts("I feel dizzy")
    db.start(house.settings.database_url)
    ana.reads("911")
    assert house.settings.spool_dir is not None
    outage.replay(house.settings.spool_dir)
    ana.texts("zxqv blorp")
    ana.reads("a person will read it")
    ana.texts("now my stomach hurts too")
    ana.reads("A nurse will read your message")
    assert len(nora.sees()) == 1


def test_whoever_got_the_emergency_text_is_not_told_less_afterwards(ana: Person, nora: Colleague) -> None:
    ana.texts("my chest hurts")
    ana.reads("911")
    ana.texts("zxqv blorp")
    ana.nothing_more()
    assert len(nora.sees()) == 1


def test_who_asks_for_help_is_told_how_once_whatever_she_was_told_before(rosa: Person, nora: Colleague) -> None:
    """H04: the carrier answers the word by itself, and speaks of rates and of stopping texts."""
    rosa.texts("me quiero morir")
    rosa.reads("988")
    rosa.texts("ayuda")
    rosa.reads("911")
    rosa.texts("ayuda")
    rosa.nothing_more()
    rosa.texts("me duele la rodilla")
    rosa.reads("911")
    assert len(nora.sees()) == 1


def test_a_choice_that_cannot_be_carried_out_is_somebodys(
    house: House, ana: Person, nora: Colleague, fran: Colleague
) -> None:
    """P7: she also wrote 1, the visit has moved; she is told that a person will contact her, and a person has it."""
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("1 and I feel dizzy")
    ana.reads("A nurse will read")
    with db.transaction("tests.move_visit") as session:
        booking.move(session, booked, 1, house.on(3, 9), 1, 1, nora.id)
    (item,) = nora.sees()
    nora.claims(item)
    assert nora.does_also(item) == "changed_visit"
    ana.reads("A person will contact you")
    nora.reads_all(item)
    nora.closes(item, "nothing_to_do")
    (task,) = house.rows(DeskItem, DeskItem.state != "closed")
    assert (task.list, task.reason, task.patient_id) == ("front_desk", "changed_visit", ana.patient_id)
    assert [each.id for each in fran.sees("front_desk")] == [task.id]


def test_the_record_says_on_which_list_the_words_stand(house: House, ana: Person, nora: Colleague) -> None:
    """Words for the front desk join the nurses' open item: then they were put before the nurses."""
    ana.texts("I feel dizzy")
    ana.reads("A nurse will read")
    ana.texts("zxqv blorp")
    assert [row.outcome for row in house.rows(Exchange)] == ["escalation", "escalation"]
    assert len(nora.sees()) == 1


def test_a_courtesy_is_not_called_answered(house: House, ana: Person) -> None:
    ana.texts("thank you!")
    ana.nothing_more()
    assert [row.outcome for row in house.rows(Exchange)] == ["courtesy"]


def test_the_record_keeps_what_was_asked_about_when_the_visit_moves(house: House, ana: Person, nora: Colleague) -> None:
    booked = visit(house, ana)
    asked_about = appointment(booked).starts_at
    house.tick()
    ana.reads("Reply 1")
    ana.texts("1")
    ana.reads("confirmed")
    with db.transaction("tests.move_visit") as session:
        booking.move(session, booked, 1, house.on(3, 9), 1, 1, nora.id)
    with db.reading("tests.entries") as session:
        told = timeline.read(session, [timeline.of_patient(ana.patient_id or 0)])
    said = {entry.kind: entry.details.get("starts_at") for entry in told}
    assert said["outreach_decided"] == said["appointment_confirmed"] == asked_about.isoformat()
