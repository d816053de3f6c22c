"""Calls of ours: consent at the desk, a machine that answers, calls in doubt, and dialers that died."""

from collections.abc import Iterator

from sqlalchemy import update

from app import clock, db
from app.models.calls import OutgoingCall
from app.rehearsal.evidence import Evidence
from app.simulator.faults import Fault
from escalation_desk.models import DeskItem
from tests.faults.crashes import cast
from tests.faults.crashes.journeys.journey import Act, Journey
from tests.faults.crashes.practice import Practice
from tests.faults.crashes.world import Notes

ANA, MACHINE = cast.ANAS, "machine_end_beep"


def _agrees(practice: Practice) -> None:
    """She told the front desk that our system may call her, and that she would rather be called."""
    fran, ana = practice.desk("fran"), practice.notes["ana"]
    fran.presses(f"/patients/{ana}/numbers/1/calls", agreed="yes")
    fran.presses(f"/patients/{ana}/calls", channel="voice")


def _to_be_called(practice: Practice) -> Notes:
    _agrees(practice)
    return {"visit": cast.book(practice, practice.notes["ana"])}


def _is_called(practice: Practice) -> None:
    """A machine answers; she reads the matter, and the call is over."""
    practice.carrier.lets(ANA, MACHINE)
    practice.until_quiet()
    practice.clock.passes(minutes=2)
    practice.until_quiet()


def _agrees_and_is_called(practice: Practice) -> None:
    _agrees(practice)
    _is_called(practice)


def _while(fault: Fault, minutes: int) -> Act:
    def goes(practice: Practice) -> None:
        practice.goes_wrong(fault)
        practice.until_quiet()
        for _ in range(2):
            practice.clock.passes(minutes=minutes)
            practice.until_quiet()

    return goes


def _dialler_died(practice: Practice) -> Notes:
    """Somebody claimed the call and was not heard of again."""
    notes = _to_be_called(practice)
    practice.world.duties["outreach"].act()
    with db.transaction("tests.dialler_died") as session:
        session.execute(update(OutgoingCall).values(
            state="sending", claimed_at=clock.now(), lease_until=clock.now(), attempts=1
        ))  # fmt: skip
    return notes


def _looks_for_it(practice: Practice) -> None:
    for _ in range(2):
        practice.clock.passes(minutes=5)
        practice.until_quiet()


def _rung_once(evidence: Evidence, notes: Notes) -> Iterator[str]:
    """P5: no row was rung twice; each came to an end, or a person has it; she who could be texted was."""
    placed = [entry for entry in evidence.truth.calls if entry.to == ANA]
    rows = evidence.rows(OutgoingCall)
    if len(placed) > len(rows):
        yield f"{len(placed)} calls were made for {len(rows)} rows"
    told = {item.key for item in evidence.rows(DeskItem)}
    for row in rows:
        if row.state in ("sending", "accepted", "ringing", "answered"):
            yield f"call {row.id} is {row.state} for ever"
        if row.state == "unknown" and f"call_unknown:{row.id}" not in told:
            yield f"call {row.id} is unknown and nobody was told"
        if row.state != "queued" and row.came_of is None:
            yield f"call {row.id} is {row.state}, and nothing came of it"
    if "visit" in notes and not rows:
        yield "she was never to be called"


CALLING = (
    Journey("agrees-to-calls", _agrees_and_is_called, _rung_once),
    Journey("called", _is_called, _rung_once, _to_be_called),
    Journey("call-taken-and-denied", _while(Fault.ERROR_AFTER_ACCEPT, 4), _rung_once, _to_be_called, pairs=False),
    Journey("call-denied", _while(Fault.ERROR_BEFORE_ACCEPT, 6), _rung_once, _to_be_called, pairs=False),
    Journey("call-waits", _while(Fault.CALL_WAITS, 4), _rung_once, _to_be_called, pairs=False),
    Journey("dialler-died", _looks_for_it, _rung_once, _dialler_died, pairs=False),
)
