"""The hush: while a clinical item holds outreach back, and what goes on once it does no more (P13); and the words that
wait at the front desk, over which nobody is asked again."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union
from sqlalchemy.orm import Session

from app import clock
from app.models.conversations import Conversation, Exchange
from app.models.patients import FormerNumber, Patient, PatientContactPoint
from escalation_desk.models import DeskItem, DeskItemWords


def hushed(session: Session, contact_point_id: int, patient_id: int | None) -> bool:
    """Whether a clinical item holds all outreach to this number or patient back (P13). Words from any number of
    hers may be her own, whoever shares it (H25)."""
    whose = [DeskItem.contact_point_id == contact_point_id]
    if patient_id is not None:
        whose += [DeskItem.patient_id == patient_id, *_from_hers(patient_id)]
    query = select(DeskItem.id).where(DeskItem.hushed_at.is_not(None), or_(*whose)).limit(1)
    return session.scalar(query) is not None


class Words(NamedTuple):
    """Words that wait at the front desk. `surely`: they were understood, as an answer in a talk about this."""

    surely: bool
    appointment_id: int | None
    follow_up_id: int | None


def words_waiting(session: Session, numbers_of: Mapping[int, int]) -> dict[int, list[Words]]:
    """By patient the words from her number, about her, or from any number of hers that wait at the front desk: unread,
    or in somebody's hands just now. `numbers_of`: patients with the number by which each is to be reached."""
    query = select(PatientContactPoint.patient_id, PatientContactPoint.contact_point_id)
    hers = {(patient_id, number) for patient_id, number in numbers_of.items()}
    hers |= {(row[0], row[1]) for row in session.execute(query.where(PatientContactPoint.patient_id.in_(numbers_of)))}
    talk = Conversation.id, Conversation.appointment_id, Conversation.follow_up_id
    waiting = (
        select(DeskItem.contact_point_id, DeskItem.patient_id, Exchange.lane, *talk)
        .join(DeskItemWords, DeskItemWords.desk_item_id == DeskItem.id)
        .join(Exchange, Exchange.id == DeskItemWords.exchange_id)
        .outerjoin(Conversation, Conversation.id == DeskItem.conversation_id)
        .where(
            DeskItem.state != "closed",
            DeskItem.list == "front_desk",
            or_(DeskItem.contact_point_id.in_({number for _, number in hers}), DeskItem.patient_id.in_(numbers_of)),
            or_(DeskItemWords.read_at.is_(None), DeskItem.lease_until > clock.now()),
        )
    )
    found: dict[int, list[Words]] = {patient_id: [] for patient_id in numbers_of}
    for number, about, lane, talk_id, appointment_id, follow_up_id in session.execute(waiting):
        words = Words(lane == "routine" and talk_id is not None, appointment_id, follow_up_id)
        for patient_id in numbers_of:
            if about == patient_id or (patient_id, number) in hers:
                found[patient_id].append(words)
    return found


def everyone(session: Session) -> tuple[set[int], set[int]]:
    """Every number and every patient for whom `hushed` is true, by id."""
    return _held(session, None, None)


def among(session: Session, numbers: Collection[int], patients: Collection[int]) -> tuple[set[int], set[int]]:
    """The same of these alone: two looks, however many they are."""
    return _held(session, numbers, patients)


def _held(
    session: Session, among_numbers: Collection[int] | None, among_patients: Collection[int] | None
) -> tuple[set[int], set[int]]:
    holds = DeskItem.hushed_at.is_not(None)
    behind = select(PatientContactPoint.patient_id).join(
        DeskItem, DeskItem.contact_point_id == PatientContactPoint.contact_point_id
    )
    were = select(FormerNumber.patient_id).join(
        DeskItem,
        and_(
            DeskItem.contact_point_id == FormerNumber.contact_point_id, FormerNumber.detached_at >= DeskItem.hushed_at
        ),
    )
    named, number = select(DeskItem.patient_id), select(DeskItem.contact_point_id)
    if among_patients is not None:
        named = named.where(DeskItem.patient_id.in_(among_patients))
        behind = behind.where(PatientContactPoint.patient_id.in_(among_patients))
        were = were.where(FormerNumber.patient_id.in_(among_patients))
    if among_numbers is not None:
        number = number.where(DeskItem.contact_point_id.in_(among_numbers))
    numbers = session.scalars(number.where(holds))
    patients = session.scalars(union(named.where(holds), behind.where(holds), were.where(holds)))
    return {number for number in numbers if number is not None}, {each for each in patients if each is not None}


def restart_timers(session: Session, item: DeskItem, hushed_at: datetime | None) -> None:
    """Dialog timers of the number and the patient stood still during the hush: what was left of the wait is left
    still (P13). The item must hold no hush any more; conversations are locked, so that of two items that are closed
    at once the second sees what the first gave back."""
    if hushed_at is None:
        return
    held = or_(
        Conversation.contact_point_id == item.contact_point_id, Conversation.patient_id.in_(_hushed(item, hushed_at))
    )
    waiting = select(Conversation).where(held, Conversation.state == "live", Conversation.silent_at.is_not(None))
    for conversation in session.scalars(waiting.order_by(Conversation.id).with_for_update()).all():
        if conversation.silent_at is not None:
            conversation.silent_at += _stood_still(session, conversation, hushed_at)
    session.flush()


def _stood_still(session: Session, conversation: Conversation, hushed_at: datetime) -> timedelta:
    """How long this hush alone held the timer. What another one that goes on covers too is given back with that one,
    so that no hour is given back twice."""
    ends = min(clock.now(), _held_since(session, conversation) or clock.now())
    return max(timedelta(), ends - max(hushed_at, conversation.asked_at))


def _held_since(session: Session, conversation: Conversation) -> datetime | None:
    """Since when another item has held the conversation (the same items as hushed asks for)."""
    holds = or_(
        DeskItem.contact_point_id == conversation.contact_point_id,
        DeskItem.patient_id == conversation.patient_id,
        *_from_hers(conversation.patient_id),
    )
    return session.scalar(select(func.min(DeskItem.hushed_at)).where(DeskItem.hushed_at.is_not(None), holds))


def _from_hers(patient_id: int | None) -> list[ColumnElement[bool]]:
    """Items of a number that is hers, or was when its words came: who detaches it lifts no hush (decision 0040)."""
    hers = select(PatientContactPoint.contact_point_id).where(PatientContactPoint.patient_id == patient_id)
    was_hers = select(FormerNumber.id).where(
        FormerNumber.patient_id == patient_id,
        FormerNumber.contact_point_id == DeskItem.contact_point_id,
        FormerNumber.detached_at >= DeskItem.hushed_at,
    )
    return [DeskItem.contact_point_id.in_(hers), was_hers.exists()]


def _hushed(item: DeskItem, hushed_at: datetime) -> Select[int]:
    """Whom the item's hush holds for: the patient it names, and everyone behind its number then or now (see hushed)."""
    behind = PatientContactPoint.contact_point_id == item.contact_point_id
    were = and_(FormerNumber.contact_point_id == item.contact_point_id, FormerNumber.detached_at >= hushed_at)
    return select(Patient.id).where(
        or_(
            Patient.id == item.patient_id,
            Patient.id.in_(select(PatientContactPoint.patient_id).where(behind)),
            Patient.id.in_(select(FormerNumber.patient_id).where(were)),
        )
    )
