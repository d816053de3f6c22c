"""Who was given a time that was somebody else's in the EHR hears of it by text, or by a person where no text may go
(decisions 0064 and 0097; H43, H47). Derived from the rows each round (P6).

It is outreach: consent, hours, hush, pauses and the go-ahead decide, and once more as it leaves. Whoever keeps an old
hour must answer, since she may still go by the new one; who has no visit any more is told when the text has arrived.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import apart, clock, contact_points, db, timeline
from app.library import versions
from app.models.appointments import Appointment
from app.models.conversations import Conversation
from app.models.outbox import Outbound
from app.models.patients import ContactPoint, Patient
from app.models.slots_gone import AT_WORK, SlotGone
from app.outreach import askable, budget, known, pauses, talked
from app.outreach.askable import Decision
from app.scheduling import booking, offers, waitlist
from app.talk import conversations, opening
from app.upkeep import restorations
from escalation_desk import items

TELL = "tell_slot_gone"
KNOWS_BEFORE = timedelta(hours=20)
"""So long before the earlier of the two hours a person calls her; or as soon as half of the time that there was has
gone by."""
AT_ONCE = 200


def owe(session: Session, key: str, visit: Appointment, gone_at: datetime) -> None:
    """She is to hear of it: the time `gone_at`, which the change of that key gave her, was not there."""
    now = clock.now()
    db.put(session, SlotGone, {
        "key": key, "appointment_id": visit.id, "version": visit.version, "gone_at": gone_at, "said_at": now,
        "state": "waiting", "decided_at": now,
    })  # fmt: skip


def work() -> int:
    """Go on with everybody who is to hear of such a time; how many went a step further. Nothing in a restored database
    that was not compared yet: it does not know what was said already (H64)."""
    with db.reading("apologies.due") as session:
        if restorations.held(session):
            return 0
        due = select(SlotGone.id).where(SlotGone.state.in_(AT_WORK)).order_by(SlotGone.id).limit(AT_ONCE)
        ids = session.scalars(due).all()
    return sum(_go_on(each) for each in ids)


def _go_on(row_id: int) -> bool:
    give_up = partial(_give_up, row_id)
    with apart.Alone("apology_failed", row_id, give_up), db.transaction("apologies.go_on") as session:
        return _with_row(session, row_id, _step)
    return False


def _give_up(row_id: int) -> None:
    """It cannot be worked out: a person has it."""
    with apart.Alone("apology_not_given_up", row_id), db.transaction("apologies.failed") as session:
        _with_row(session, row_id, partial(_call, reason="could_not_be_asked"))


def _with_row(session: Session, row_id: int, act: Callable[[Session, SlotGone, Appointment], None]) -> bool:
    """Under the patient's number, as the row stands then; whether it stands otherwise now."""
    query = select(Appointment.patient_id).join(SlotGone, SlotGone.appointment_id == Appointment.id)
    patient_id = session.scalars(query.where(SlotGone.id == row_id)).one()
    number = contact_points.first_of(session, patient_id)
    if number is not None:
        contact_points.hold(session, number)
    locked = select(SlotGone).where(SlotGone.id == row_id).with_for_update()
    row = session.scalars(locked.execution_options(populate_existing=True)).one()
    was = row.state
    if was in AT_WORK:
        act(session, row, session.get_one(Appointment, row.appointment_id, populate_existing=True))
    return row.state != was


def _step(session: Session, row: SlotGone, visit: Appointment) -> None:
    patient = session.get_one(Patient, visit.patient_id, populate_existing=True)
    if patient.deceased_on is not None:
        _stand(session, row, visit, "left", "deceased")
    elif not _still_so(session, row, visit):
        _end_talk(session, row)
        _stand(session, row, visit, "left", "changed")
    elif row.state == "texted":
        _follow(session, row, visit)
    else:
        _tell(session, row, visit, patient)


def _kept(visit: Appointment) -> bool:
    """Whether she has her old hour again."""
    return visit.state == "booked"


def _still_so(session: Session, row: SlotGone, visit: Appointment) -> bool:
    """Whether nobody has gone on with her since: the visit is as the way back has left it, or she waits for another."""
    if visit.version != row.version:
        return False
    return _kept(visit) or waitlist.is_owed(session, visit.patient_id)


def _end_talk(session: Session, row: SlotGone) -> None:
    if row.conversation_id is not None and _talk(session, row).state == "live":
        conversations.end(session, row.conversation_id, "done_meanwhile")


def _talk(session: Session, row: SlotGone) -> Conversation:
    return session.get_one(Conversation, row.conversation_id, populate_existing=True)


def _tell(session: Session, row: SlotGone, visit: Appointment, patient: Patient) -> None:
    number = contact_points.first_of(session, patient.id)
    point = session.get(ContactPoint, number, populate_existing=True) if number is not None else None
    decision = _judge(session, row, visit, patient, point)
    if decision.state == "begun" and point is not None:
        row.conversation_id = _open(session, row, visit, patient, point)
        if row.conversation_id is not None:
            _stand(session, row, visit, "texted", None)
            return
        decision = Decision("waiting", "another_conversation")
    ahead = max(clock.now(), decision.until or clock.now())
    if decision.state == "waiting" and ahead < _knows_by(row, visit):
        _stand(session, row, visit, "waiting", decision.reason)
    else:
        _call(session, row, visit, reason=decision.reason)


def _judge(
    session: Session, row: SlotGone, visit: Appointment, patient: Patient, point: ContactPoint | None
) -> Decision:  # fmt: skip
    """Whether she is told by text now, later, or by a person, and why."""
    if point is None:
        return Decision("task", "no_number")
    if patient.channel == "voice":
        return Decision("task", "rather_called")
    if _dialog(visit) not in versions.in_force(session).dialogs:
        return Decision("task", "no_such_text")
    if len(contact_points.ids_behind(session, point.id)) > 1:
        return Decision("task", "shared_number")
    if not _kept(visit) and session.scalar(booking.ahead(patient.id).limit(1)) is not None:
        return Decision("task", "has_a_visit")  # “do not come then” must not be read as said of that one
    if clock.now() >= _knows_by(row, visit):
        return Decision("task", "too_late")
    found = known.of_one(session, point.id, patient.id)
    against = askable.not_at_all(found, patient, point, rings=False)
    against = against or askable.not_now(found, patient, clock.now(), pauses.REMINDERS)
    return against or Decision("begun", "due")


def _dialog(visit: Appointment) -> str:
    return budget.SLOT_GONE_KEPT if _kept(visit) else budget.SLOT_GONE


def _knows_by(row: SlotGone, visit: Appointment) -> datetime:
    """Until when words of ours may do: who still goes by a wrong hour must know before the first of the two."""
    first = min(row.gone_at, visit.starts_at) if _kept(visit) else row.gone_at
    return max(first - KNOWS_BEFORE, row.said_at + (first - row.said_at) / 2)


def _open(
    session: Session, row: SlotGone, visit: Appointment, patient: Patient, point: ContactPoint
) -> int | None:  # fmt: skip
    """What else the number was being asked gives way, but for a time that is held for somebody just now."""
    if (waits := conversations.waiting(session, point.id)) is not None:
        offer = offers.of_conversation(session, waits.conversation.id)
        if offer is not None and offer.state == "open":
            return None
        conversations.give_way(session, waits)
    return opening.open_one(session, opening.Opening(
        key=f"slot_gone:{row.id}", dialog=_dialog(visit), contact_point_id=point.id, patient=patient,
        appointment_id=visit.id if _kept(visit) else None, expires_at=_knows_by(row, visit),
    ))  # fmt: skip


def _follow(session: Session, row: SlotGone, visit: Appointment) -> None:
    """It was said; whether it has reached her, and what she says where she must say something."""
    talk = _talk(session, row)
    text = session.execute(select(Outbound.id, Outbound.state).where(Outbound.key == f"slot_gone:{row.id}")).one()
    if talk.ended_as in askable.NOBODY_CAN_ANSWER or text.state in ("failed", "withheld"):
        _call(session, row, visit, reason=talk.ended_as or text.state)
    elif _has_answered(session, talk, visit) or (not _kept(visit) and text.state == "delivered"):
        _stand(session, row, visit, "told", "answered" if talk.turn > 1 else text.state)
    elif clock.now() >= _knows_by(row, visit):
        _call(session, row, visit, reason="unanswered")


def _has_answered(session: Session, talk: Conversation, visit: Appointment) -> bool:
    if talk.state == "ended" and talk.ended_as not in askable.UNANSWERED:
        return True
    return visit.confirmed_at is not None or askable.answered(talked.of_one(session, visit), visit)


def _call(session: Session, row: SlotGone, visit: Appointment, *, reason: str) -> None:
    """Somebody calls her and apologises: she cannot be told by text, or it is not sure that she knows."""
    note = "She has her old time again." if _kept(visit) else "She has no visit now, and is first on the waitlist."
    items.raise_task(
        session, f"{TELL}:{row.key}", TELL, contact_points.first_of(session, visit.patient_id),
        patient_id=visit.patient_id, appointment_id=visit.id, note=note,
    )  # fmt: skip
    _stand(session, row, visit, "call", reason[:40])


def _stand(session: Session, row: SlotGone, visit: Appointment, state: str, reason: str | None) -> None:
    news = (row.state, row.reason) != (state, reason)
    row.state, row.reason, row.decided_at = state, reason, clock.now()
    session.flush()
    if news:
        timeline.append(
            session, timeline.of_patient(visit.patient_id), "slot_gone_told", "agent", appointment=visit.id,
            state=state, reason=reason, starts_at=row.gone_at.isoformat(),
        )  # fmt: skip
