"""Texts leave and their reports come back: outreach, replies, refusals, doubt."""

from collections.abc import Callable

from app.rehearsal.evidence import Evidence
from app.simulator.faults import Fault
from tests.faults.crashes import cast
from tests.faults.crashes.journeys import held
from tests.faults.crashes.journeys.journey import Act, Journey
from tests.faults.crashes.journeys.sms import asked, texts_the_rest
from tests.faults.crashes.practice import Practice
from tests.faults.crashes.world import Notes

ANA = cast.ANAS
QUESTION = "Reply 1"
BOTH = ("1", "my chest hurts")


def booked(practice: Practice) -> Notes:
    """She has an appointment tomorrow and has not been asked yet."""
    return {"visit": cast.book(practice, practice.notes["ana"])}


def _booked_for(kind: str) -> Callable[[Practice], Notes]:
    """The same, with another kind of telephone at her number."""

    def before(practice: Practice) -> Notes:
        practice.carrier.handset(ANA, kind)
        return booked(practice)

    return before


def _on_its_way(practice: Practice) -> Notes:
    """The question has left; nobody has reported anything."""
    notes = booked(practice)
    practice.ticks()
    practice.ticks()
    return notes


def _two_days_ahead(practice: Practice) -> Notes:
    """She was asked for the first time; the visit is on the day after tomorrow."""
    visit = cast.book(practice, practice.notes["ana"], days=2, hour=9)
    practice.until_quiet()
    return {"visit": visit}


def _asks(practice: Practice) -> None:
    """The ticker opens the conversation and rings; a worker sends, and the reports come."""
    practice.ticks()
    practice.works()


def _asks_while(fault: Fault) -> Act:
    def goes(practice: Practice) -> None:
        practice.goes_wrong(fault)
        _asks(practice)

    return goes


def _reports_come(practice: Practice) -> None:
    practice.carrier.pump()


def _is_asked_about(practice: Practice) -> None:
    """Nobody reports anything for eleven minutes, and the carrier does not know the end yet."""
    practice.clock.passes(minutes=11)
    practice.world.duties["unreported"].act()


def _both_are_answered(practice: Practice) -> None:
    """Two texts before a worker comes: the hand-off goes first, and each text once."""
    for body in BOTH:
        practice.texts(ANA, body)
    practice.works()


def _falls_silent(practice: Practice) -> None:
    """Nobody answers for a day; the cadence goes on with its second step."""
    practice.clock.passes(hours=23, minutes=5)
    practice.until_quiet()


def _asked_once(evidence: Evidence, _: Notes) -> list[str]:
    return [*held.heard_once(evidence, ANA, QUESTION)]


def _asked_twice(evidence: Evidence, _: Notes) -> list[str]:
    """Each step of the cadence once; a step whose text may have left is not said again."""
    times, doubtful = evidence.heard(ANA, QUESTION), any(row.state == "unknown" for row in evidence.outbox)
    return [] if times == 2 or (times < 2 and doubtful) else [f"she was asked {times} times"]


def _a_person_knows(evidence: Evidence, notes: Notes) -> list[str]:
    """She was not reached: a person asks, or looks into it."""
    reasons = [str(reason) for reason in evidence.counted("task_raised", "reason")]
    told = any(reason.startswith(("confirm_by_phone", "not_delivered", "unknown")) for reason in reasons)
    return [] if told else [f"nobody was told that appointment {notes['visit']} is not asked about: {reasons}"]


def _both_once(evidence: Evidence, notes: Notes) -> list[str]:
    return [
        *held.confirmed(evidence, notes["visit"]),
        *held.heard_once(evidence, ANA, "is confirmed"),
        *held.heard_once(evidence, ANA, "A nurse will read"),
    ]


POST = (
    Journey("outreach", _asks, _asked_once, booked),
    Journey("two-at-once", _both_are_answered, _both_once, asked, again=texts_the_rest(ANA, *BOTH)),
    Journey("reports", _reports_come, _asked_once, _on_its_way),
    Journey("unreported", _is_asked_about, _asked_once, _on_its_way),
    Journey("refused", _asks_while(Fault.OPTED_OUT), _a_person_knows, booked),
    Journey("landline", _asks, _a_person_knows, _booked_for("landline")),
    Journey("too-many", _asks_while(Fault.TOO_MANY_REQUESTS), _asked_once, booked),
    Journey("taken-and-denied", _asks_while(Fault.ERROR_AFTER_ACCEPT), _asked_once, booked),
    Journey("denied", _asks_while(Fault.ERROR_BEFORE_ACCEPT), _a_person_knows, booked),
    Journey("silence", _falls_silent, _asked_twice, _two_days_ahead),
)
