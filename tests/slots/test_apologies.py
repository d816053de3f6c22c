"""Who was given a time that was somebody else's hears of it, and somebody sees to it that she knows (H43, H47, decision
0097)."""

import pytest
from sqlalchemy import select, update

from app import db
from app.models.appointments import Appointment
from app.models.conversations import Conversation
from app.models.patients import Patient
from app.models.slots_gone import SlotGone
from app.models.waitlist import WaitlistRequest
from app.outreach import apologies
from escalation_desk.dispositions import SLOT_GONE
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Colleague, Person, visit
from tests.screens.desk import Browser, words_of
from tests.slots import times

SORRY = {
    "ana": ("Ana, we are sorry", "You have your old time again: Friday, November 27 at 3:00 PM", "Reply 1 to confirm"),
    "rosa": ("Rosa, lo sentimos", "Su cita vuelve a ser el viernes 27 de noviembre a las 3:00 p. m.", "Responda 1"),
}
FIRST = {
    "ana": ("the time we gave you was already taken", "Please do not come then", "first in line"),
    "rosa": ("ya era de otra persona", "No venga a esa hora", "antes que a nadie"),
}


def _given(house: House, who: Person, fran: Browser, freda: Colleague, *, kept: bool = True, hour: int = 9) -> DeskItem:
    """She was moved to Wednesday at nine, or was given that time as her first; the task that tells the EHR of it."""
    hers = visit(house, who, days=4) if kept else None
    slot_id = times.put_up(house, fran, hour=hour)
    fran.sends(f"/waitlist/slots/{slot_id}/book", **times.as_form(times.seen(slot_id, times.waits(who, hers))))
    return [each for each in freda.sees("front_desk") if each.reason == "enter_in_ehr"][-1]


def _is_gone(house: House, who: Person, fran: Browser, freda: Colleague, *, kept: bool = True) -> None:
    """The EHR has given that time to somebody else."""
    freda.settles(_given(house, who, fran, freda, kept=kept), SLOT_GONE)
    house.passes(seconds=10)


def _stands(house: House) -> tuple[str, str | None]:
    (row,) = house.rows(SlotGone)
    return row.state, row.reason


def _calls(house: House) -> list[str | None]:
    return [item.note for item in house.rows(DeskItem) if item.reason == apologies.TELL]


@pytest.mark.parametrize("name", ["ana", "rosa"])
def test_she_reads_it_in_her_language_and_confirms_the_old_time(
    house: House, fran: Browser, freda: Colleague, request: pytest.FixtureRequest, name: str
) -> None:
    """H43: nobody has to call her; one text for one change, however often the ticker comes by."""
    who: Person = request.getfixturevalue(name)
    _is_gone(house, who, fran, freda)
    who.reads(*SORRY[name])
    house.passes(minutes=30)
    who.nothing_more()
    assert _stands(house) == ("texted", None)
    who.texts("1")
    who.reads("Friday, November 27" if name == "ana" else "27 de noviembre")
    house.passes(minutes=1)
    assert house.rows(Appointment)[0].confirmed_at is not None
    assert (_stands(house), _calls(house)) == (("told", "answered"), [])


@pytest.mark.parametrize("name", ["ana", "rosa"])
def test_who_is_first_in_line_need_not_answer_and_may(
    house: House, fran: Browser, freda: Colleague, request: pytest.FixtureRequest, name: str
) -> None:
    """H47: that the text arrived is enough; “1” keeps the place that is hers."""
    who: Person = request.getfixturevalue(name)
    _is_gone(house, who, fran, freda, kept=False)
    who.reads(*FIRST[name])
    house.passes(minutes=1)
    assert (_stands(house), _calls(house)) == (("told", "delivered"), [])
    who.texts("1")
    who.reads("first in line" if name == "ana" else "antes que a nadie")
    (owed,) = [row for row in house.rows(WaitlistRequest) if row.state == "waiting"]
    assert (owed.patient_id, owed.owed_at is not None) == (who.patient_id, True)


def test_who_does_not_say_that_she_will_come_then_is_called_in_good_time(
    house: House, ana: Person, fran: Browser, freda: Colleague
) -> None:
    """H47: she may still go by Wednesday at nine; twenty hours before it a person calls, once."""
    _is_gone(house, ana, fran, freda)
    ana.reads("we are sorry")
    house.passes(hours=26)
    ana.lets_lie()
    assert _calls(house) == []
    house.passes(hours=2)
    assert _stands(house) == ("call", "unanswered")
    house.passes(hours=2)
    assert _calls(house) == ["She has her old time again."]
    ana.lets_lie()


@pytest.mark.parametrize(
    ("words", "reason"), [("STOP", "opted_out"), ("wrong number", "number_doubted")]
)  # fmt: skip
def test_words_after_which_nobody_answers_bring_a_call(
    house: House, ana: Person, fran: Browser, freda: Colleague, words: str, reason: str
) -> None:
    """H3, H43: she opted out over it, or it was not she who read it."""
    _is_gone(house, ana, fran, freda)
    ana.reads("we are sorry")
    ana.texts(words)
    ana.lets_lie()
    house.passes(minutes=1)
    assert (_stands(house), len(_calls(house))) == (("call", reason), 1)


def test_who_asks_for_another_time_is_in_the_hands_of_staff(
    house: House, ana: Person, fran: Browser, freda: Colleague
) -> None:
    """H47: “2” over the old time opens the same dialog as ever, and its end is an answer."""
    _is_gone(house, ana, fran, freda)
    ana.reads("we are sorry")
    ana.texts("2")
    ana.reads("Reply 1")
    ana.texts("1")
    ana.reads("what time of day")
    ana.texts("1")
    ana.reads("Thank you")
    house.passes(minutes=1)
    assert _stands(house) == ("told", "answered")


def test_symptoms_over_it_go_to_the_nurses(
    house: House, ana: Person, nora: Colleague, fran: Browser, freda: Colleague
) -> None:
    """P1: as over any text of ours; the call about the time stays owed."""
    _is_gone(house, ana, fran, freda)
    ana.reads("we are sorry")
    ana.texts("1, and my chest hurts")
    ana.reads("nurse")
    assert [item.rank for item in nora.sees()]
    house.passes(hours=29)
    assert len(_calls(house)) == 1
    ana.lets_lie()


def test_what_is_true_no_more_is_not_said(house: House, ana: Person, fran: Browser, freda: Colleague) -> None:
    """H43, H45: she was moved again before she answered; the old question takes no answer, and nobody calls."""
    _is_gone(house, ana, fran, freda)
    ana.reads("we are sorry")
    (row,) = house.rows(Appointment)
    fran.sends(f"/appointments/{row.id}/cancel", version=row.version, whose="patient")
    house.passes(minutes=1)
    assert (_stands(house), _calls(house)) == (("left", "changed"), [])
    with db.reading("tests.talk") as session:
        talk = session.scalars(select(Conversation).where(Conversation.dialog == "slot_gone_kept")).one()
    assert talk.state == "ended"
    ana.lets_lie()


def test_a_night_is_waited_out_and_the_dead_are_left_in_peace(
    house: House, ana: Person, fran: Browser, freda: Colleague
) -> None:
    """H43, H52: no text at night; and none to a number whose patient has died by the morning."""
    task = _given(house, ana, fran, freda)
    house.becomes(house.on(0, 22))
    freda.settles(task, SLOT_GONE)
    house.passes(seconds=10)
    ana.nothing_more()
    assert _stands(house) == ("waiting", "quiet_hours")
    with db.transaction("tests.dies") as session:
        session.execute(update(Patient).values(deceased_on=house.clock().date()))
    house.passes(hours=11)
    ana.nothing_more()
    assert (_stands(house), _calls(house)) == (("left", "deceased"), [])


def test_whom_no_text_can_name_is_called_and_keeps_nobody_else(
    house: House, ana: Person, fran: Browser, freda: Colleague
) -> None:
    """H61: whatever goes wrong with one row is that row's alone, and a person has it."""
    with db.transaction("tests.unreadable") as session:
        session.execute(update(Patient).values(language="xx"))
    _is_gone(house, ana, fran, freda, kept=False)
    assert _stands(house) == ("call", "could_not_be_asked")
    assert _calls(house) == ["She has no visit now, and is first on the waitlist."]


def test_who_would_rather_be_called_or_has_another_visit_gets_no_text(
    house: House, ana: Person, rosa: Person, fran: Browser, freda: Colleague
) -> None:
    """H43: “do not come then” must not be read as said of a visit that stands."""
    ana.agrees_to_calls()
    _is_gone(house, ana, fran, freda)
    task = _given(house, rosa, fran, freda, kept=False, hour=11)
    visit(house, rosa, days=9)
    freda.settles(task, SLOT_GONE)
    house.passes(seconds=10)
    assert [(row.state, row.reason) for row in house.rows(SlotGone)] == [
        ("call", "rather_called"),
        ("call", "has_a_visit"),
    ]
    assert len(_calls(house)) == 2
    page = words_of(fran.opens(f"/patients/{rosa.patient_id}"))
    assert "was taken: the patient has another visit, which it could be taken for" in page
