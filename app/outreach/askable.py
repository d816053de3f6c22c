"""Whether a patient may be asked now, and the first reason against it (P9, P13, H43, H52)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app import clock, settings
from app.models.appointments import Appointment
from app.models.follow_ups import FollowUp
from app.models.patients import ContactPoint, Patient
from app.outreach import budget, pauses, quiet_hours, talked
from app.outreach.known import Known, Talk
from escalation_desk import oncall
from escalation_desk.hush import Words

QUESTIONS_APART = timedelta(minutes=10)
LAST_CALL = timedelta(hours=2)
"""A confirmation is pointless later than this before the visit."""

LATELY = timedelta(hours=12)
"""Steps lie a day apart. Whoever was asked about a visit this lately, because it was booked late or texts stood still,
is asked by the next step's text or by the person with whom the cadence ends."""
AFTER_A_TEXT = timedelta(hours=1)
"""A call may follow a text that nobody answered this soon."""
UNSEEN = ("not_delivered", "withheld", "opted_out", "number_detached")
"""Ends of a conversation after which nobody has seen its question."""
NOBODY_CAN_ANSWER = (*UNSEEN, "called_off", "number_doubted", "do_not_contact", "deceased")
"""Ends after which no answer to it comes any more."""
UNANSWERED = ("unanswered", "asked_again", "hung_up", "calls_stopped", *NOBODY_CAN_ANSWER)
"""Ends of a conversation after which the next step of the cadence still asks: nobody answered. What stood against
asking may be gone by then (START, a new number, an error put right); if it stands, the step says so."""


Another = Callable[[Talk | Words], bool]


@dataclass(frozen=True)
class Decision:
    """What becomes of a step, and why: the reason that is kept. `until`: when it
    need wait no longer, if that is known."""

    state: str  # begun | waiting | dropped | task
    reason: str
    until: datetime | None = None


def judge(
    visit: Appointment, patient: Patient, point: ContactPoint | None, found: Known | None,
    talks: Sequence[talked.Talk], at: datetime, *, rings: bool = False,
) -> Decision:  # fmt: skip
    """What may be done about a visit at a moment, by what is known of its number and by the talks about it; the first
    reason against it is the one that is kept. rings: she would be called, not texted."""
    against = not_at_all(found, patient, point, rings=rings)
    if against is not None or found is None:
        return against or Decision("task", "no_number")
    asked = talked.as_it_is(talks, visit)
    if visit.starts_at - at < LAST_CALL:
        return Decision("dropped" if asked else "task", "too_late")
    if answered(talks, visit):
        return Decision("dropped", "answered")
    if _asked_lately(asked, at, rings=rings):
        return Decision("dropped", "asked_lately")
    return _must_wait(found, patient, at, pauses.REMINDERS, of_another(talks, visit)) or Decision("begun", "due")


def judge_need(
    session: Session, row: FollowUp, patient: Patient, point: ContactPoint | None, found: Known | None, *, health: bool,
    rings: bool = False,
) -> Decision:  # fmt: skip
    """The same about a follow-up, now, by what is known of its number. A visit that is near comes first; `health`: a
    question about how somebody is goes out only while somebody reads the answer."""
    against, now = not_at_all(found, patient, point, rings=rings), clock.now()
    if against is not None or found is None:
        return against or Decision("task", "no_number")
    if health and not oncall.covered(session, now):
        somebody = oncall.next_covered(session, now)
        return Decision("waiting" if somebody else "task", "nobody_reads", somebody)
    if found.visit_near:
        return Decision("waiting", "visit_first")
    purpose = pauses.of_kind(row.kind)
    wait = _must_wait(found, patient, now, purpose, lambda about: about.follow_up_id != row.id)
    return wait or Decision("begun", "due")


def not_at_all(
    found: Known | None, patient: Patient, point: ContactPoint | None, *, rings: bool
) -> Decision | None:  # fmt: skip
    """Why she may not be reached, now or later. A landline can be rung."""
    if patient.deceased_on is not None or patient.do_not_contact:
        return Decision("dropped", "do_not_contact")
    if point is None or found is None:
        return Decision("task", "no_number")
    if point.opted_out_at is not None or (point.cannot_text is not None and not rings):
        if found.hushed:  # nobody calls beside the nurses, as long as it can wait
            return Decision("waiting", "hushed")
        return Decision("task", "opted_out" if point.opted_out_at is not None else "cannot_text")
    if not settings.current().reaches(point.number):
        return Decision("task", "abroad")
    return None


def of_another(talks: Sequence[talked.Talk], visit: Appointment) -> Another:
    """Whether talks and words are about anything but this visit. A talk about its whole day is kept under the first
    visit of that."""
    own = {visit.id, *(talk.kept_under for talk in talked.as_it_is(talks, visit))}
    return lambda about: about.appointment_id not in own


def words_wait(found: Known, another: Another) -> bool:
    """Whether words about the matter wait at the front desk. Who is asked again over her own answer learns that nobody
    reads it; what was surely understood about another matter says nothing of this one."""
    return any(not (words.surely and another(words)) for words in found.words)


def _must_wait(found: Known, patient: Patient, at: datetime, purpose: str, another: Another) -> Decision | None:
    """Why it may not be asked just then, though it may later. `another`: what is about another matter."""
    wait = not_now(found, patient, at, purpose)
    words_tell_more = wait is None or wait.reason not in ("hushed", "doubted", pauses.PAUSED, pauses.NOT_OPENED)
    if words_tell_more and words_wait(found, another):
        return Decision("waiting", "words_wait")
    if wait is not None:
        return wait
    begun = [(talk.begun_at, another(talk)) for talk in found.counted]
    free = budget.free(found.cadences, begun, at, found.zone(patient))
    return Decision("waiting", "budget", free) if free is not None else None


def not_now(found: Known, patient: Patient, at: datetime, purpose: str) -> Decision | None:
    """Why nothing of this purpose may be asked just then: a hush, a doubt whose number it is, a pause, the hours,
    another question a moment ago."""
    if found.hushed:
        return Decision("waiting", "hushed")
    if found.doubted:
        return Decision("waiting", "doubted")
    if why := pauses.stops(found.stopped, purpose):
        return Decision("waiting", why)
    practice = found.practice
    opens = quiet_hours.next_opening(at, found.zone(patient), practice.quiet_until, practice.quiet_from)
    if opens is not None:
        return Decision("waiting", "quiet_hours", opens)
    apart = found.last_asked + QUESTIONS_APART
    return Decision("waiting", "another_question", apart) if apart > at else None


def answered(talks: Sequence[talked.Talk], visit: Appointment) -> bool:
    """Whether an earlier step got an answer that staff have now (another time, a person): nagging ends there."""
    return any(talk.state == "ended" and talk.ended_as not in UNANSWERED for talk in talked.as_it_is(talks, visit))


def _asked_lately(asked: Sequence[talked.Talk], at: datetime, *, rings: bool) -> bool:
    """Whether one of the questions about the visit as it is went out in the last hours, as far as we know."""
    return any(
        talk.begun_at > at - (AFTER_A_TEXT if rings and talk.channel == "sms" else LATELY)
        and talk.ended_as not in UNSEEN
        for talk in asked
    )
