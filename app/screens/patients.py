"""Finding a patient, and her screen: numbers, appointments, open items and the one timeline."""

import secrets
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app import clock, contact_points, db, numbers, people, proxies, sealing, timeline
from app.messaging import consent
from app.models.patients import ContactPoint, Patient
from app.outreach import encounters
from app.screens import asks, done, loose_ends, record, visits, why
from app.screens.copies import TAKES
from app.screens.forms import LANGUAGES, Typed, typed, zone_labels
from app.screens.roles import CHANGES, REACHES, READS
from app.screens.rows import known, others_behind
from app.web import page as web_page
from app.web.access import allows, me
from app.web.reasons import REASONS
from escalation_desk import proposals
from escalation_desk.models import DeskItem

blueprint = Blueprint("patients", __name__, template_folder="templates")

SHOWN, ALL = 200, 5000


@dataclass(frozen=True)
class Reach:
    """One of her numbers: what it is good for, and who else has it."""

    point: ContactPoint
    spoken: str
    others: list[Patient]
    heard_stop: bool  # whether anybody answered the wish for no more texts

    @property
    def lost(self) -> bool:
        """Whether the number cannot be unsealed."""
        return isinstance(self.point.number, sealing.Gap)

    @property
    def may_be_texted(self) -> bool:
        """Whether texts reach it, and are wanted."""
        return not (self.lost or self.point.opted_out_at or self.point.cannot_text)


@blueprint.get("/patients")
@allows(*READS)
def search() -> ResponseReturnValue:
    """The empty search; what is looked for travels in the body, since addresses end up in logs (P11)."""
    return render_template("patients/find.html", form=Typed({}), found=None, may_add=me().role in CHANGES)


@blueprint.post("/patients")
@allows(*READS)
def find() -> ResponseReturnValue:
    """Patients by name or telephone number; the list that is shown is recorded."""
    form = typed("wanted")
    with sealing.gaps_shown(), db.transaction("patients.find") as session:
        found = looked_up(session, form)
        people.looked_at_list(session, me().staff_id, [patient.id for patient in found])
    return render_template("patients/find.html", form=form, found=found, may_add=me().role in CHANGES)


@blueprint.get("/patients/<int:patient_id>")
@allows(*READS)
def show(patient_id: int) -> ResponseReturnValue:
    """Everything about one patient; that she was looked at is recorded (H34)."""
    with sealing.gaps_shown(), db.transaction("patients.looked") as session:
        timeline.looked(session, me().staff_id, "patient", known(session, Patient, patient_id).id)
    return page(patient_id)


def page(patient_id: int, form: Typed | None = None, code: int = 200) -> ResponseReturnValue:
    """Her screen, with a refused number form in place if there is one."""
    limit = ALL if request.args.get("all") else SHOWN
    part = request.args.get("part", "") if request.args.get("part") in record.PARTS else ""
    with sealing.gaps_shown(), db.reading("patients.show") as session:
        patient = known(session, Patient, patient_id)
        reaches = _reaches(session, patient_id)
        lines = record.of_patient(session, patient, limit, me().role, record.PARTS[part])
        reasons = why.of_texts(session, {each.outbound for each in lines if each.outbound}, web_page.zone().key)
        coming, past = visits.of_patient(session, patient_id)
        asked = {each.appointment.id: asks.told(session, each) for each in coming}
        following, followed = loose_ends.of_patient(session, patient, me().role)
        undecided = encounters.undecided_of(session, patient_id)
        speaking = proxies.of_patients(session, [patient_id]).get(patient_id, [])
        open_items = _open_items(session, patient_id, [each.point.id for each in reaches])
        said = (line.exchange for line in lines if line.exchange is not None)
        markable = proposals.markable(session, said) if me().role == "nurse" else frozenset()
    role = me().role
    return render_template(
        "patients/show.html", patient=patient, reaches=reaches, lines=lines, more=len(lines) >= limit,
        why=reasons, part=part, parts=record.PARTS, may_copy=role in TAKES,
        proxies=speaking, hears=proxies.HEARS, spoken=numbers.spoken,
        coming=coming, past=past, asks=asked, open_items=open_items, form=form or Typed({}), languages=LANGUAGES,
        zones=zone_labels(patient.time_zone), may_change=role in CHANGES, may_reach=role in REACHES,
        years=patient.years(clock.now().astimezone(web_page.zone()).date()), sees_nurses=role != "front_desk",
        markable=markable, following=following, followed=followed, undecided=undecided, done=done.said(),
        new_token=lambda: secrets.token_urlsafe(16),
    ), code  # fmt: skip


def looked_up(session: Session, form: Typed) -> list[Patient]:
    """Who is meant by what was typed: a number if it can be one, else words of a name."""
    wanted = form["wanted"].strip()
    if not wanted:
        form.problems["wanted"] = "Please type a name or a telephone number."
        return []
    if sum(character.isdigit() for character in wanted) >= 7:
        try:
            return people.find_by_number(session, numbers.as_e164(wanted))
        except numbers.BadNumber as fault:
            form.problems["wanted"] = f"{fault}."
            return []
    return people.find(session, wanted)


def _reaches(session: Session, patient_id: int) -> list[Reach]:
    points = contact_points.of_patient(session, patient_id)
    others = others_behind(session, patient_id, [point.id for point in points])
    return [
        Reach(
            point, numbers.spoken(point.number), others[point.id],
            point.opted_out_at is not None and consent.heard_that_texts_end(session, point.id),
        )
        for point in points
    ]  # fmt: skip


def _open_items(session: Session, patient_id: int, contact_point_ids: list[int]) -> list[tuple[DeskItem, str]]:
    """Open items of the patient and of her numbers that are nobody else's, the oldest first, with their reasons. What
    began while a number was hers concerns her still, whoever has the number now."""
    hers = or_(
        DeskItem.patient_id == patient_id,
        DeskItem.patient_id.is_(None) & DeskItem.contact_point_id.in_(contact_point_ids),
        *(
            and_(DeskItem.contact_point_id == number, DeskItem.opened_at >= since, DeskItem.opened_at <= until)
            for number, since, until in record.had(session, patient_id)
        ),
    )
    query = select(DeskItem).where(DeskItem.state != "closed", hers).order_by(DeskItem.opened_at, DeskItem.id)
    return [(item, REASONS.get(item.reason, "something is to be done")) for item in session.scalars(query)]
