"""Every script, begun as outreach begins one and answered by the patient: what she asks for reaches the desk."""

from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner

from app import clock, contact_points, db
from app.cli.main import cli
from app.library import versions
from app.models.conversations import Conversation
from app.models.patients import ConsentEvent, Patient
from app.scheduling import booking
from app.talk import opening
from tests.house import House
from tests.people import Colleague, Person, appointment, visit

NURSE_READS = "A nurse will read your"


def begins(house: House, who: Person, dialog: str, appointment_id: int | None = None) -> int:
    """Open a dialog with a patient, as the conductors do; returns the conversation."""
    with db.transaction("tests.begins") as session:
        patient = session.get_one(Patient, who.patient_id)
        opened = opening.open_one(session, opening.Opening(
            key=f"tests:{dialog}:{who.patient_id}:{clock.now():%d%H%M}", dialog=dialog,
            contact_point_id=contact_points.of_patient(session, patient.id)[0].id, patient=patient,
            appointment_id=appointment_id, expires_at=clock.now() + timedelta(hours=8),
        ))  # fmt: skip
    assert opened is not None
    house.work()
    return opened


def ended(house: House, conversation_id: int) -> str | None:
    return next(row.ended_as for row in house.rows(Conversation) if row.id == conversation_id)


@pytest.mark.slow
def test_every_script_is_asked_and_answered_to_its_end(house: House, ana: Person) -> None:
    """By the first choice of each question, which in none of them is more than what the practice does."""
    with db.reading("tests.scripts") as session:
        in_force = {name: pinned.dialog for name, pinned in versions.in_force(session).dialogs.items()}
    scripts = {
        name: dialog for name, dialog in in_force.items() if dialog.about in ("appointment", "patient")
    }  # the others: tests/slots/test_offers.py, tests/journeys/test_same_day.py
    booked = visit(house, ana, days=20)
    for name, dialog in sorted(scripts.items()):
        about = booked if dialog.about == "appointment" else None
        begun = begins(house, ana, name, about)
        ana.reads("Lakeside Clinic: ", "Reply 1 to ", "0 for a person")
        for _ in dialog.states:
            if ended(house, begun):
                break
            ana.texts("1")
            ana.reads("Lakeside Clinic: ")
        assert ended(house, begun) in {state.ends for state in dialog.states.values() if state.say}, name
        ana.nothing_more()
        house.clock.passes(hours=2 if house.clock().hour < 22 else 16)  # 10 in the morning to 4 in the afternoon
    assert appointment(booked).confirmed_at is not None


@pytest.mark.parametrize("words", ["yes :(", "1 :-(", ":("])
def test_a_sad_face_is_never_the_good_answer_about_health(
    house: House, ana: Person, nora: Colleague, words: str
) -> None:
    begins(house, ana, "post_visit_checkin_72h")
    ana.reads("Are things going")
    ana.texts(words)
    ana.reads("A nurse will read your message.", "911")
    assert len(nora.sees("nurses")) == 1


def test_days_and_hours_that_suit_reach_the_front_desk_with_her_words(
    house: House, ana: Person, fran: Colleague
) -> None:
    booked = visit(house, ana, days=3)
    begins(house, ana, "reschedule", booked)
    ana.reads("Your visit on November 26 stays for now. Which days suit you better?", "or write a day")
    ana.texts("Thursday December 3")  # the visit's own weekday, another week: here it is only a wish
    ana.reads("And at what time of day?")
    ana.texts("en español por favor")
    ana.reads("De ahora en adelante", "¿Y en qué horario?")
    ana.texts("10:30")
    ana.reads("Nos vamos a comunicar con usted sobre el cambio")
    (task,) = fran.sees("front_desk")
    assert (task.reason, task.note) == ("another_time", "Days: Thursday December 3 · Time of day: 10:30")
    assert appointment(booked).confirmed_at is None


def test_what_was_half_answered_is_not_lost(house: House, ana: Person, fran: Colleague) -> None:
    begins(house, ana, "book_follow_up")
    for answer in ("1", "2"):
        ana.reads("Reply 1")
        ana.texts(answer)
    ana.reads("And at what time of day?")
    house.passes(hours=25)
    ana.nothing_more()
    (task,) = fran.sees("front_desk")
    assert (task.reason, task.note) == ("wants_visit", "Days: Monday to Wednesday")


def test_free_words_that_were_asked_for_reach_a_person(house: House, ana: Person, fran: Colleague) -> None:
    begun = begins(house, ana, "missed_call")
    ana.reads("or write in your own words")
    ana.texts("It is about the blue form you gave my cousin")
    ana.reads("A person will read what you wrote", "(608) 555-0100", "911")
    (item,) = fran.sees("front_desk")
    assert (item.reason, item.kind, ended(house, begun)) == ("wrote_why", "words", "wrote_why")


def test_free_words_about_health_reach_a_nurse_all_the_same(house: House, ana: Person, nora: Colleague) -> None:
    begun = begins(house, ana, "missed_call")
    ana.reads("or write in your own words")
    ana.texts("I called because I feel dizzy")
    ana.reads(NURSE_READS)
    assert [item.reason for item in nora.sees()] == ["hand_off"]
    assert ended(house, begun) is None


def test_welcome_keeps_what_she_agreed_to_and_speaks_her_language(house: House, ana: Person) -> None:
    begins(house, ana, "welcome")
    ana.reads("To get no more texts, reply STOP.", "2 to read them in Spanish")
    ana.texts("2")
    ana.reads("Responda 1 para recibir mensajes, 2 para leerlos en inglés")
    ana.texts("sí")
    ana.reads("Gracias. Le enviaremos mensajes sobre sus citas.")
    assert [(row.kind, row.source) for row in house.rows(ConsentEvent)] == [("opt_in", "patient")]
    assert [row.language for row in house.rows(Patient) if row.id == ana.patient_id] == ["es"]


def test_every_answer_about_health_but_the_good_one_reaches_a_nurse(
    house: House, ana: Person, rosa: Person, nora: Colleague, fran: Colleague
) -> None:
    begun = begins(house, ana, "post_visit_checkin_72h")
    ana.reads("Are things going as you were told to expect?")
    ana.texts("no")
    ana.reads(NURSE_READS, "911")
    begins(house, rosa, "post_visit_checkin_24h")
    rosa.reads("¿Va todo como le dijeron que iba a ir?")
    rosa.texts("el azul con el perro")  # nobody can be sure what it means
    rosa.reads("Una enfermera o un enfermero va a leer")
    assert {item.reason for item in nora.sees()} == {"health_answer", "not_understood"}
    assert (ended(house, begun), fran.sees("front_desk")) == ("health_answer", [])


def test_silence_about_health_is_asked_once_more_by_day_and_then_reaches_a_nurse(
    house: House, ana: Person, nora: Colleague, fran: Colleague
) -> None:
    begun = begins(house, ana, "post_visit_checkin_24h")
    ana.reads("we are asking after your visit")
    house.becomes(house.on(1, 6, 30))  # twenty hours later it is too early in her day
    ana.nothing_more()
    house.becomes(house.on(0, 9, 5))
    ana.reads("have no answer yet")
    house.passes(hours=21)
    ana.nothing_more()
    (task,) = nora.sees()
    assert (task.kind, task.reason, ended(house, begun)) == ("task", "health_answer", "unanswered")
    house.passes(days=1)
    ana.texts("no")  # days late, and no question waits: it still answers the last one
    ana.reads(NURSE_READS)
    assert fran.sees("front_desk") == []
    assert {item.reason for item in nora.sees()} == {"health_answer", "decline"}


def test_whoever_refuses_texts_in_a_talk_about_health_is_looked_at_by_a_nurse(
    house: House, ana: Person, nora: Colleague
) -> None:
    begins(house, ana, "post_visit_checkin_7d")
    ana.reads("Are things going")
    ana.texts("stop texting me")
    ana.nothing_more()
    assert [item.reason for item in nora.sees()] == ["health_answer"]


def test_a_visit_that_was_moved_is_asked_about_as_moved_by_whoever_knew_it_otherwise(
    house: House, ana: Person, rosa: Person, fran: Colleague
) -> None:
    hers, another = visit(house, ana, days=2, hour=9), visit(house, rosa, days=5)
    moves(another, house.on(2, 10), fran)  # before she was asked: staff agreed it with her
    house.tick()
    ana.reads("Ana, your visit is Wednesday, November 25 at 9:00 AM")
    rosa.reads("su cita es el miércoles 25 de noviembre a las 10:00 a. m.")
    moves(hers, house.on(2, 8), fran)
    house.passes(minutes=11)
    ana.reads("your visit has changed. It is now Wednesday, November 25 at 8:00 AM")
    ana.texts("1")
    ana.reads("at 8:00 AM is confirmed")
    assert appointment(hers).confirmed_at is not None


def moves(appointment_id: int, to: datetime, staff: Colleague) -> None:
    with db.transaction("tests.moves") as session:
        assert booking.move(session, appointment_id, 1, to, 1, 1, staff.id)


def test_what_is_in_force_is_what_a_change_is_compared_with(house: House) -> None:
    same = CliRunner().invoke(cli, ["dialogs", "diff"])
    assert same.stdout == "No conversation changes.\n", same.output
