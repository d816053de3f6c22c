"""The four leaks and the dark panel, counted from rows, each with its definition and the rows behind the number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, defer

from app import clock, db, people, sealing
from app.models.appointments import OutreachStep
from app.models.conversations import Conversation
from app.models.follow_ups import OPEN, FollowUp
from app.models.patients import Patient
from app.outreach import follow_ups
from app.screens import leaks
from app.screens.roles import READS
from app.web.access import allows, me
from app.web.following import FOLLOW_UPS
from escalation_desk.models import DeskItem

blueprint = Blueprint("four_leaks", __name__, template_folder="templates")

SHOWN = 100


@dataclass(frozen=True)
class Row:
    """A patient behind a number, and what it is about."""

    patient: Patient
    what: str
    follow_up_id: int | None


@dataclass(frozen=True)
class Leak:
    """`many` in all, the first of them as `rows`."""

    name: str
    title: str
    definition: str
    many: int
    rows: Sequence[Row]


@blueprint.get("/follow-ups/leaks")
@allows(*READS)
def listed() -> ResponseReturnValue:
    """All five, with their definitions; whom the page shows is recorded."""
    with sealing.gaps_shown(), db.transaction("four_leaks.listed") as session:
        found = [count(session) for count in COUNTS]
        unsaid, undecided = leaks.nobody_said(session).many, leaks.nobody_decided(session, "UTC").many
        people.looked_at_list(session, me().staff_id, [row.patient.id for leak in found for row in leak.rows])
    return render_template("follow_ups/leaks.html", leaks=found, unsaid=unsaid, undecided=undecided, at=clock.now())


def ownership(session: Session) -> Leak:
    open_task = select(DeskItem.id).where(DeskItem.follow_up_id == FollowUp.id, DeskItem.state != "closed")
    answers = select(DeskItem.id).join(Conversation, Conversation.id == DeskItem.conversation_id)
    answered = answers.where(Conversation.follow_up_id == FollowUp.id, DeskItem.state != "closed")
    lately = _asked().where(OutreachStep.decided_at > clock.now() - timedelta(days=7))
    nobody = ~open_task.exists() & ~answered.exists() & ~lately.exists()
    where = _late(session), FollowUp.disposition != "paused", nobody
    return _of_follow_ups(
        session, "ownership", "Ownership: late, and in nobody’s hands",
        "Open follow-ups whose day is over, that are not paused, have no open task on the desk, and about which no text"
        " of ours was begun in the last seven days.", where,
    )  # fmt: skip


def contact(session: Session) -> Leak:
    where = _late(session), FollowUp.attempts == 0, ~_asked().exists()
    return _of_follow_ups(
        session, "contact", "Contact: late, and the patient was never tried",
        "Open follow-ups whose day is over, about which no text of ours was begun and nobody has noted an attempt.",
        where,
    )  # fmt: skip


def documentation(session: Session) -> Leak:
    where = FollowUp.disposition == "not_reached", FollowUp.attempts == 0
    return _of_follow_ups(
        session, "documentation", "Documentation: closed as not reached, and no attempt stands in the record",
        "Follow-ups that a person closed with “could not be reached” although neither a text of ours nor a noted"
        " attempt of staff stands in the record.", where,
    )  # fmt: skip


def dark_panel(session: Session) -> Leak:
    """Counted by the database, the longest known first."""
    many = leaks.dark(session)
    rows = session.scalars(select(Patient).where(*leaks.is_dark()).order_by(Patient.id).limit(SHOWN))
    return Leak(
        "dark", "Dark panel: regular patients without contact for six months",
        "Patients who have had a regular (chronic) visit or a follow-up for one, who are not recorded as deceased and"
        " were entered at least 182 days ago, and of whom since then there was no visit, no word of theirs and no text"
        " that reached them; and who have no visit ahead.", many, [Row(patient, "", None) for patient in rows],
    )  # fmt: skip


def _late(session: Session) -> ColumnElement[bool]:
    return and_(FollowUp.disposition.in_(OPEN), FollowUp.due_on < follow_ups.today(session))


def _asked() -> Select[int]:
    """The steps of a follow-up in which a text of ours was begun."""
    return select(OutreachStep.id).where(OutreachStep.follow_up_id == FollowUp.id, OutreachStep.state == "begun")


def _of_follow_ups(
    session: Session, name: str, title: str, definition: str, where: tuple[ColumnElement[bool], ...]
) -> Leak:  # fmt: skip
    many = session.scalar(select(func.count()).select_from(FollowUp).where(*where)) or 0
    query = select(FollowUp, Patient).join(Patient, Patient.id == FollowUp.patient_id)
    found = query.where(*where).options(defer(FollowUp.note)).order_by(FollowUp.due_on, FollowUp.id).limit(SHOWN)
    rows = [Row(patient, _said(row), row.id) for row, patient in session.execute(found)]
    return Leak(name, title, definition, many, rows)


def _said(row: FollowUp) -> str:
    words = FOLLOW_UPS[row.kind]
    return f"{words[:1].upper()}{words[1:]}, by {row.due_on:%b %-d, %Y}"


COUNTS: tuple[Callable[[Session], Leak], ...] = (ownership, contact, documentation, dark_panel)
