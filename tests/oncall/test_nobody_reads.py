"""What a patient is told when nobody takes her words is true at that hour, and what she writes then is answered too."""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import delete, update

from app import db
from app.models.cover import OpenHours
from app.models.outbox import Outbound
from app.models.records import LibraryVersion
from app.on_call import climbing
from app.watchers import heartbeats
from escalation_desk import rota
from escalation_desk.models import DeskItem
from tests.house import ZONE, House
from tests.people import Colleague, Person
from tests.screens.desk import signed_in_again

STILL_WAITING = "Your message is still waiting for a nurse."
NOBODY = "No nurse can read your message right now."
BY_NIGHT = datetime(2026, 11, 23, 22, 0, tzinfo=ZONE)
BY_DAY = datetime(2026, 11, 23, 16, 20, tzinfo=ZONE)


@pytest.fixture
def clinic(house: House) -> House:
    """Open from eight to five; nobody is on call beside the desk."""
    with db.transaction("tests.hours") as session:
        session.execute(delete(OpenHours))
        rota.set_week(session, {day: (time(8), time(17)) for day in range(5)}, {}, None)
    return house


def climbs(house: House, minutes: int) -> None:
    """Time goes by, and the ladder has its turn each minute of it."""
    for _ in range(minutes):
        house.clock.passes(minutes=1)
        climbing.climb()
    house.work()


def written(house: House) -> list[str]:
    return [text.text_name.removeprefix("_always/") for text in house.rows(Outbound)]


def test_that_nobody_reads_is_told_in_the_languages_of_the_words_and_of_the_record(clinic: House, rosa: Person) -> None:
    """H12, H16."""
    clinic.clock.becomes(BY_NIGHT)
    rosa.texts("I can't breathe")
    rosa.reads("Do not wait for a text", "No espere un mensaje")
    climbs(clinic, 1)
    rosa.reads(NOBODY, "En este momento no hay personal")


def test_that_nobody_is_on_call_is_told_as_it_stands_while_a_list_is_open(clinic: House, nora: Colleague) -> None:
    """H16: an alarm that stays when its reason is gone is soon believed by nobody."""
    for at, alone in ((BY_NIGHT, True), (BY_DAY + timedelta(days=1), False)):
        clinic.clock.becomes(at)
        rows = signed_in_again(clinic, nora.id).opens("/desk/nurses/rows")
        assert ("Nobody is on call now" in rows) is alone
        assert 'id="alone" hx-swap-oob="true"' in rows


def test_while_nurses_are_at_work_she_reads_that_her_words_wait_and_once_they_have_gone_home_that_nobody_can(
    clinic: House, ana: Person
) -> None:
    clinic.clock.becomes(BY_DAY)
    ana.texts("my knee hurts")
    ana.reads("A nurse will read")
    climbs(clinic, 25)
    ana.reads(STILL_WAITING, "911", "(608) 555-0100")
    climbs(clinic, 14)
    ana.nothing_more()
    climbs(clinic, 20)
    ana.reads(NOBODY, "911")
    climbs(clinic, 90)
    ana.nothing_more()


def test_in_spanish(clinic: House, rosa: Person) -> None:
    clinic.clock.becomes(BY_DAY)
    rosa.texts("me duele la rodilla")
    rosa.reads("enfermera")
    climbs(clinic, 25)
    rosa.reads("Su mensaje espera a una enfermera o un enfermero.", "911")


def test_what_she_writes_once_nobody_reads_is_answered_so_but_not_twice_in_half_an_hour(
    clinic: House, ana: Person
) -> None:
    clinic.clock.becomes(BY_NIGHT)
    ana.texts("my knee hurts")
    ana.reads("A nurse will read")
    climbs(clinic, 1)
    ana.reads(NOBODY)
    ana.texts("it is getting worse")
    ana.texts("hello?")
    ana.nothing_more()
    climbs(clinic, 29)
    ana.nothing_more()
    climbs(clinic, 7)
    ana.reads(NOBODY, "911")
    climbs(clinic, 120)
    ana.nothing_more()
    sid = ana.texts("thank you")
    ana.reads(NOBODY)
    clinic.carrier.redeliver(sid)
    climbs(clinic, 90)
    ana.nothing_more()
    assert written(clinic) == ["hand_off"] + 3 * ["nobody_on_call"]


def test_a_nurse_who_has_it_answers_herself_and_a_number_that_wants_no_texts_is_told_no_more(
    clinic: House, ana: Person, nora: Colleague
) -> None:
    clinic.clock.becomes(BY_NIGHT)
    ana.texts("my knee hurts")
    ana.reads("A nurse will read")
    climbs(clinic, 1)
    ana.reads(NOBODY)
    (item,) = clinic.rows(DeskItem)
    nora.claims(item)
    climbs(clinic, 20)
    ana.texts("it is getting worse")
    climbs(clinic, 15)
    ana.texts("STOP")
    ana.handset.reads()
    climbs(clinic, 60)
    ana.texts("it is worse still")
    climbs(clinic, 60)
    ana.nothing_more()


def test_a_nurse_who_is_still_there_after_hours_is_not_denied(clinic: House, ana: Person) -> None:
    clinic.clock.becomes(BY_NIGHT)
    ana.texts("my knee hurts")
    ana.reads("A nurse will read")
    heartbeats.beat(heartbeats.NURSES_SCREEN)
    climbs(clinic, 1)
    ana.reads(STILL_WAITING)


def test_a_text_that_nobody_has_activated_yet_is_said_as_it_was_shipped(clinic: House, ana: Person) -> None:
    """New code beside fixed texts that were put in force before it."""
    with db.transaction("tests.older") as session:
        older = session.query(LibraryVersion).filter_by(kind="always").one()
        body = older.body.partition("[still_waiting]")
        text = body[0] + "[unread]" + body[2].partition("[unread]")[2]
        session.execute(update(LibraryVersion).where(LibraryVersion.id == older.id).values(body=text))
    clinic.clock.becomes(BY_DAY)
    ana.texts("my knee hurts")
    ana.reads("A nurse will read")
    climbs(clinic, 25)
    ana.reads(STILL_WAITING)
