"""The practice's choice, for each kind of visit: staff assign times, a person confirms what is proposed, or times are
offered by themselves inside set limits (issue 8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock, db, timeline
from app.models.appointments import Appointment
from app.models.follow_ups import VISIT_TYPES
from app.models.offers import OfferRule
from app.models.waitlist import WaitlistRequest
from app.scheduling import slots
from app.scheduling.suiting import MOST_OFFERS_A_WEEK

ASSIGN, SUGGEST, AUTOMATIC = "assign", "suggest", "automatic"
FIRST_VISIT = "routine"
"""The kind that a visit is of which somebody waits for without having one."""


@dataclass(frozen=True)
class Rule:
    """How times are offered for one kind of visit, and within which limits. `lets_go`: what such a visit gives up is
    free at once, and not only when somebody has entered it in the EHR. `changed_by`: in whose name they are
    offered by themselves; None as long as nobody has chosen."""

    mode: str = ASSIGN
    at_once: int = 1
    hold_minutes: int = 120
    notice_hours: int = 24
    from_hour: int = 8
    until_hour: int = 20
    a_week: int = MOST_OFFERS_A_WEEK
    lets_go: bool = False
    version: int = 0
    changed_by: int | None = None

    @property
    def hold(self) -> timedelta:
        return timedelta(minutes=self.hold_minutes)

    @property
    def notice(self) -> timedelta:
        return timedelta(hours=self.notice_hours)

    def goes_out(self, there: datetime) -> bool:
        """Whether times may be offered by themselves at this hour of the practice's wall."""
        return self.from_hour <= there.hour < self.until_hour


def in_force(session: Session) -> dict[str, Rule]:
    """By kind of visit, all of them."""
    names = ("mode", "at_once", "hold_minutes", "notice_hours", "from_hour", "until_hour", "a_week", "lets_go",
             "version", "changed_by")  # fmt: skip
    rows = {row.visit_type: row for row in session.scalars(select(OfferRule))}
    return {
        kind: Rule(**{name: getattr(rows[kind], name) for name in names}) if kind in rows else Rule()
        for kind in VISIT_TYPES
    }


def kinds_of(session: Session, requests: Sequence[WaitlistRequest]) -> Mapping[int, str]:
    """By request the kind of visit that is sought: that of the one to be given up."""
    ids = {each.appointment_id for each in requests if each.appointment_id is not None}
    query = select(Appointment.id, Appointment.visit_type).where(Appointment.id.in_(ids))
    kinds: dict[int, str] = {row.id: row.visit_type for row in session.execute(query)} if ids else {}
    return {each.id: kinds.get(each.appointment_id or 0, FIRST_VISIT) for each in requests}


def of_request(session: Session, waits: WaitlistRequest) -> Rule:
    """The rule under which she is offered times."""
    return in_force(session)[kinds_of(session, [waits])[waits.id]]


def keep(session: Session, visit_type: str, rule: Rule, staff_id: int) -> bool:
    """Put a rule in force from now on; False when somebody has changed it since `rule.version` was seen."""
    values = {
        "mode": rule.mode, "at_once": rule.at_once, "hold_minutes": rule.hold_minutes,
        "notice_hours": rule.notice_hours, "from_hour": rule.from_hour, "until_hour": rule.until_hour,
        "a_week": rule.a_week, "lets_go": rule.lets_go, "changed_by": staff_id,
        "changed_at": clock.now(), "version": rule.version + 1,
    }  # fmt: skip
    if rule.version == 0:
        won = db.put(session, OfferRule, {"visit_type": visit_type, **values}) is not None
    else:
        seen = OfferRule.visit_type == visit_type, OfferRule.version == rule.version
        won = db.changed(session, update(OfferRule).where(*seen).values(values))
    if won:
        timeline.append(
            session, timeline.of_staff(staff_id), "offers_chosen", timeline.by_staff(staff_id), visit_type=visit_type,
            mode=rule.mode, at_once=rule.at_once, hold_minutes=rule.hold_minutes, notice_hours=rule.notice_hours,
            from_hour=rule.from_hour, until_hour=rule.until_hour, a_week=rule.a_week,
            lets_go=rule.lets_go,
        )  # fmt: skip
        slots.announce(session)
    return won
