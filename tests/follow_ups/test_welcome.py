"""The first text: for whoever agreed, once, and before nothing else that is to be said (P9, H49)."""

import pytest

from app import contact_points, crash, db
from app.messaging import consent
from app.models.conversations import Conversation
from app.models.patients import ConsentEvent, Patient
from app.models.welcomes import Welcome
from app.outreach import agreeing
from app.people import detach_number
from tests.house import House
from tests.people import Colleague, Person, patient, visit


def agreed(who: Person, by: Colleague) -> bool:
    assert who.patient_id is not None
    with db.transaction("tests.agreed") as session:
        number = contact_points.first_of(session, who.patient_id)
        assert number is not None
        return agreeing.wish(session, who.patient_id, number, by.id)


def test_who_agreed_reads_who_we_are_once_and_keeps_her_language(house: House, ana: Person, fran: Colleague) -> None:
    assert agreed(ana, fran)
    house.tick()
    ana.reads("Lakeside Clinic: Ana, you agreed to get texts", "reply STOP", "2 to read them in Spanish")
    ana.texts("2")
    ana.reads("aceptó nuestros mensajes", "2 para leerlos en inglés")
    ana.texts("1")
    ana.reads("Le enviaremos mensajes sobre sus citas")
    assert [row.language for row in house.rows(Patient)] == ["es"]
    assert [(row.kind, row.source) for row in house.rows(ConsentEvent)] == [("agreed", "staff"), ("opt_in", "patient")]
    agreed(ana, fran)
    house.passes(hours=1)
    ana.nothing_more()


def test_it_waits_for_the_morning_and_for_whatever_else_is_to_be_said(
    house: House, ana: Person, fran: Colleague
) -> None:
    house.becomes(house.on(0, 21))
    agreed(ana, fran)
    house.passes(minutes=30)
    ana.nothing_more()
    visit(house, ana, days=3, hour=15)
    house.becomes(house.on(1, 9))
    ana.nothing_more()  # a visit is near: its question comes first
    house.becomes(house.on(0, 15, 1))
    ana.reads("Reply 1 to confirm")
    ana.texts("1")
    ana.reads("is confirmed")
    house.becomes(house.on(1, 10))
    ana.reads("you agreed to get texts", "reply STOP")  # the question before it has not said how to stop


def test_whom_we_texted_before_she_was_asked_knows_our_texts(house: House, ana: Person, fran: Colleague) -> None:
    visit(house, ana, days=2, hour=15)
    house.becomes(house.on(0, 15, 1))
    ana.reads("Reply 1 to confirm")
    house.passes(minutes=5)
    agreed(ana, fran)
    house.passes(hours=1)
    ana.nothing_more()
    assert [(row.state, row.reason) for row in house.rows(Welcome)] == [("dropped", "known_already")]


def test_a_reminder_of_the_same_day_ends_it_and_goes(house: House, ana: Person, fran: Colleague) -> None:
    agreed(ana, fran)
    house.tick()
    ana.reads("you agreed to get texts")
    visit(house, ana, days=1, hour=15)
    house.passes(minutes=11)
    ana.reads("your visit is", "Reply 1 to confirm")
    assert [talk.ended_as for talk in house.rows(Conversation)] == ["gave_way", None]
    ana.texts("1")
    ana.reads("is confirmed")


def test_nobody_is_welcomed_who_may_not_be(house: House, ana: Person, rosa: Person, fran: Colleague) -> None:
    """STOP is only hers to end; a shared or detached number is nobody's for sure."""
    ana.texts("STOP")
    ana.reads("You are unsubscribed")
    assert not agreed(ana, fran)
    assert house.rows(Welcome) == []
    assert house.rows(ConsentEvent)[-1].kind == "opt_out"
    agreed(rosa, fran)
    number = house.rows(Welcome)[0].contact_point_id
    with db.transaction("tests.detach") as session:
        assert rosa.patient_id is not None
        detach_number(session, rosa.patient_id, number, fran.id)
    house.tick()
    rosa.nothing_more()
    assert [row.reason for row in house.rows(Welcome)] == ["number_detached"]


def test_a_stop_between_wish_and_text_is_heard(house: House, rosa: Person, fran: Colleague) -> None:
    agreed(rosa, fran)
    number = house.rows(Welcome)[0].contact_point_id
    with db.transaction("tests.stop") as session:
        consent.opt_out(session, number, "patient")
    house.tick()
    rosa.nothing_more()
    assert [row.reason for row in house.rows(Welcome)] == ["opted_out"]


def test_many_of_a_file_are_spread_over_the_days(house: House, fran: Colleague) -> None:
    people = [patient(house, f"Paz Number{at}", f"+1202555{1000 + at}") for at in range(7)]
    with db.transaction("tests.import") as session:
        for each in people:
            assert each.patient_id is not None
            number = contact_points.first_of(session, each.patient_id) or 0
            agreeing.wish(session, each.patient_id, number, fran.id, "import", a_day=3)
    told = []
    for _ in range(3):
        house.tick()
        told.append(sum(row.state == "begun" for row in house.rows(Welcome)))
        house.becomes(house.on(1, 10, 1))
    assert told == [3, 6, 7]
    for each in people:
        each.reads("you agreed to get texts")


@pytest.mark.parametrize("point", ["before_commit", "committed"])
def test_whoever_dies_at_it_welcomes_her_once(house: House, ana: Person, fran: Colleague, point: str) -> None:
    agreed(ana, fran)
    died: list[str] = []

    def dies(name: str) -> None:
        if name == f"welcomes.begin:{point}" and not died:
            died.append(name)
            raise RuntimeError(name)

    crash.arm(dies)
    house.tick()
    crash.arm(None)
    assert died
    house.tick()
    ana.reads("you agreed to get texts")
    ana.nothing_more()
