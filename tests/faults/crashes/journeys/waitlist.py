"""The waitlist: times put up, given by telephone, taken back; nobody is booked twice or left with none."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select, text, update

from app import db
from app.models.appointments import Appointment
from app.models.offers import Offer, OfferedTime
from app.models.slots import Slot
from app.models.waitlist import WaitlistRequest
from app.rehearsal.evidence import Evidence
from app.scheduling import putting_up, waitlist
from app.scheduling.ehr import ENTER
from app.scheduling.wishes import Wishes
from tests.faults.crashes import cast
from tests.faults.crashes.journeys import held
from tests.faults.crashes.journeys.journey import Journey
from tests.faults.crashes.practice import Practice
from tests.faults.crashes.world import Notes

WEDNESDAY = {"day": "2026-11-25", "at": "09:00", "which": "", "provider": 1, "location": 1, "minutes": 30, "many": 2}

LIMITS = {"at_once": 1, "hold_minutes": 120, "notice_hours": 24, "from_hour": 8, "until_hour": 20, "a_week": 3,
          "version": 0}  # fmt: skip


def _ana_has_a_visit(practice: Practice) -> Notes:
    return {"visit": cast.book(practice, practice.notes["ana"], days=9)}


def _gives_times(practice: Practice) -> None:
    """Put up two, put Ana and Rosa on the list, book one for Ana, take the other back, take Rosa off."""
    fran, ana, rosa = practice.desk("fran"), practice.notes["ana"], practice.notes["rosa"]
    fran.presses("/waitlist/slots/new", **WEDNESDAY)
    if not _all(WaitlistRequest):
        fran.presses(f"/patients/{ana}/waitlist", instead_of=practice.notes["visit"], notice=2)
    if len(_all(WaitlistRequest)) == 1:
        fran.presses(f"/patients/{rosa}/waitlist", notice=2)
    fran.opens("/waitlist")
    hers, other = _all(WaitlistRequest)
    first, second = _all(Slot)[:2]
    form = {"slot_version": first.version, "request": hers.id, "request_version": hers.version}
    fran.presses(f"/waitlist/slots/{first.id}/book", **form)
    fran.presses(f"/waitlist/slots/{second.id}/take-back", slot_version=1)
    fran.presses(f"/waitlist/requests/{other.id}/end", request_version=1)


def _all(table: type[Slot] | type[WaitlistRequest]) -> list[Slot | WaitlistRequest]:
    with db.reading("tests.all") as session:
        return list(session.scalars(select(table).order_by(table.id)))


def _given_once(evidence: Evidence, notes: Notes) -> list[str]:
    """Her visit lies at the new time, her old hour is freed, the EHR is told once."""
    (visit,) = evidence.rows(Appointment)
    states = sorted((row.state, row.appointment_id) for row in evidence.rows(Slot, Slot.state != "closed"))
    waits = sorted(row.state for row in evidence.rows(WaitlistRequest))
    told = evidence.counted("task_raised", "reason")[ENTER]
    if (visit.version, states, waits, told) != (
        2,
        [("booked", visit.id), ("freed", visit.id)],
        ["closed", "filled"],
        1,
    ):
        return [f"visit {visit.id} has version {visit.version}, slots {states}, requests {waits}, {told} tasks"]
    return []


def ana_waits_beside_a_time(practice: Practice) -> Notes:
    """A free time, and her wish for another than she has."""
    notes = _ana_has_a_visit(practice)
    with db.transaction("tests.waits") as session:
        starts, length = practice.on(3, 9), timedelta(minutes=30)
        (slot,) = putting_up.put_up(session, putting_up.Wanted(1, 1, None, [starts], length), 1)
        visit = session.get_one(Appointment, notes["visit"])
        waits = waitlist.ask(session, practice.notes["ana"], Wishes(), "staff", "agent", appointment=visit)
    return {**notes, "slot": slot, "waits": waits}


def _is_offered(practice: Practice) -> Notes:
    notes = ana_waits_beside_a_time(practice)
    _offer(practice, notes)
    practice.until_quiet()
    practice.clock.passes(minutes=1)
    return notes


def _offer(practice: Practice, notes: Notes) -> None:
    form = {"slot_version": 1, "request": notes["waits"], "request_version": 1}
    practice.desk("fran").presses(f"/waitlist/slots/{notes['slot']}/offer", **form)


def _offers(practice: Practice) -> None:
    """Staff hold the time, and she is asked."""
    _offer(practice, practice.notes)
    practice.until_quiet()


def _takes_it(practice: Practice) -> None:
    practice.texts(cast.ANAS, "1")
    practice.works()


def _says_nothing(practice: Practice) -> None:
    """The hold is over; nobody need do anything for that."""
    practice.clock.passes(hours=2, minutes=1)
    practice.until_quiet()


def _withdraws(practice: Practice) -> None:
    practice.desk("fran").presses("/waitlist/offers/1/withdraw")


def _cannot_be_asked(practice: Practice) -> None:
    """What breaks on the way to the question is a person's; her number, gone meanwhile, is nobody's fault."""
    fran = practice.desk("fran")
    _offer(practice, practice.notes)
    with db.transaction("tests.break_offer") as session:
        session.execute(update(WaitlistRequest).values(notice_hours=2 * 10**9))
    practice.until_quiet()
    fran.opens("/waitlist")


def _offers_in_turn(practice: Practice) -> None:
    """Staff let it be offered to whom it suits, and the first is asked."""
    practice.desk("fran").presses(f"/waitlist/slots/{practice.notes['slot']}/in-turn", slot_version=1)
    practice.until_quiet()


def _turn_breaks(practice: Practice) -> None:
    """What breaks on the way to the next makes it a person's; stopping it then finds nothing to stop."""
    _note_of_all_who_wait(b"sealed with a key that is gone")
    _offers_in_turn(practice)
    _note_of_all_who_wait(None)
    practice.desk("fran").presses(f"/waitlist/slots/{practice.notes['slot']}/stop")


def _offers_by_itself(practice: Practice) -> None:
    """A manager lets times be offered by themselves, and the first who waits is asked."""
    practice.desk("mia").presses("/waitlist/how/routine", mode="automatic", **LIMITS)
    practice.until_quiet()


def _offers_what_was_proposed(practice: Practice) -> None:
    """A manager wants them proposed; the front desk says yes to one."""
    practice.desk("mia").presses("/waitlist/how/routine", mode="suggest", **LIMITS)
    form = {"request": practice.notes["waits"], "request_version": 1, "times": f"{practice.notes['slot']}.1"}
    practice.desk("fran").presses("/waitlist/proposals", **form)
    practice.until_quiet()


def _note_of_all_who_wait(said: bytes | None) -> None:
    with db.transaction("tests.break_turn") as session:
        session.execute(text("UPDATE waitlist_request SET said = :said"), {"said": said})


def _given_to_person(evidence: Evidence, _: Notes) -> list[str]:
    states, told = (
        [row.state for row in evidence.rows(Slot)],
        evidence.counted("task_raised", "reason")["slot_not_taken"],
    )
    return [] if (states, told, evidence.rows(Offer)) == (["free"], 1, []) else [f"slots {states}, {told} tasks"]


def _asked_once(evidence: Evidence, _: Notes) -> list[str]:
    return [*held.heard_once(evidence, cast.ANAS, "when to come"), *_offer_stands(evidence, "open", "held")]


def _taken_once(evidence: Evidence, notes: Notes) -> list[str]:
    """H47: her visit lies there, and her old hour is freed; never the one without the other."""
    (visit,) = evidence.rows(Appointment)
    states = sorted(row.state for row in evidence.rows(Slot))
    told = evidence.counted("task_raised", "reason")[ENTER]
    if (visit.id, visit.version, states, told) != (notes["visit"], 2, ["booked", "freed"], 1):
        return [f"visit {visit.id} has version {visit.version}, slots {states}, {told} tasks"]
    return [*held.heard_once(evidence, cast.ANAS, "Your visit is now"), *_offer_stands(evidence, "accepted", "booked")]


def _free_again(state: str) -> Callable[[Evidence, Notes], list[str]]:
    return lambda evidence, _: _offer_stands(evidence, state, "free")


def _offer_stands(evidence: Evidence, offer: str, slot: str) -> list[str]:
    found = [(row.state, time.slot_id) for row, time in zip(
        evidence.rows(Offer), evidence.rows(OfferedTime), strict=True)]  # fmt: skip
    slots_now = {row.id: row.state for row in evidence.rows(Slot)}
    if [state for state, _ in found] != [offer] or slots_now[found[0][1]] != slot:
        return [f"offers {found}, slots {slots_now}"]
    return []


WAITLIST = (
    Journey("offer", _offers, _asked_once, ana_waits_beside_a_time, again=_offers, pairs=False),
    Journey("offer-taken", _takes_it, _taken_once, _is_offered),
    Journey("offer-lapsed", _says_nothing, _free_again("lapsed"), _is_offered, again=_says_nothing, pairs=False),
    Journey("offer-withdrawn", _withdraws, _free_again("withdrawn"), _is_offered, again=_withdraws, pairs=False),
    Journey("turn", _offers_in_turn, _asked_once, ana_waits_beside_a_time, again=_offers_in_turn, pairs=False),
    Journey("offer-chosen", _offers_by_itself, _asked_once, ana_waits_beside_a_time, again=_offers_by_itself,
            pairs=False),
    Journey("offer-proposed", _offers_what_was_proposed, _asked_once, ana_waits_beside_a_time,
            again=_offers_what_was_proposed, pairs=False),
    Journey("turn-broken", _turn_breaks, _given_to_person, ana_waits_beside_a_time, again=_turn_breaks, pairs=False),
    Journey("offer-broken", _cannot_be_asked, _free_again("withdrawn"), ana_waits_beside_a_time,
            again=_cannot_be_asked, pairs=False),
    Journey("waitlist", _gives_times, _given_once, _ana_has_a_visit, again=_gives_times, pairs=False),
)  # fmt: skip
