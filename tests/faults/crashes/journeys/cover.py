"""A manager fills in the on-call calendar; at night a nurse is rung, and takes the item by its code."""

from datetime import time

from sqlalchemy import delete, select

from app import db
from app.models.cover import Duty, OpenHours, StaffPhone
from app.models.pages import Page, PageItem
from app.models.staff import Staff
from app.rehearsal.evidence import Evidence
from escalation_desk import rota
from escalation_desk.models import DeskItem
from tests.faults.crashes import cast
from tests.faults.crashes.journeys.journey import Journey
from tests.faults.crashes.practice import Practice
from tests.faults.crashes.world import Notes

NORAS = "+12025550190"
NIGHT = {"begins": "17:00", "ends": "08:00", "place": 1}


def _nora() -> int:
    with db.reading("tests.nora") as session:
        return session.scalars(select(Staff.id).where(Staff.username == "nora")).one()


def _fills_in(practice: Practice) -> None:
    """Hours, a closed day and back, a telephone, a week, a day, a swap that cannot be, and a line taken out."""
    mia, nora = practice.desk("mia"), _nora()
    mia.opens("/on-call")
    week = {f"{end}_{day}": "00:00" for day in range(7) for end in ("opens", "closes")}
    mia.presses("/on-call/hours", **{f"was_{name}": at for name, at in week.items()}, opens_0="08:00", closes_0="17:00")
    mia.presses("/on-call/closed-days", closed_day="2026-12-25", closed_name="Christmas")
    mia.presses("/on-call/closed-days/open", day="2026-12-25")
    mia.presses(f"/on-call/telephones/{nora}", phone=NORAS)
    mia.presses("/on-call/weekly", weekly_0="yes", weekly_who=nora, **{f"weekly_{k}": v for k, v in NIGHT.items()})
    mia.presses("/on-call/once", once_day="2026-12-24", once_who="nobody", **{f"once_{k}": v for k, v in NIGHT.items()})
    mia.presses("/on-call/swap", swap_one="1:1", swap_other="2:2")
    with db.reading("tests.line") as session:
        once = session.scalars(select(Duty.id).where(Duty.day.is_not(None), Duty.ended_at.is_(None))).first()
    if once is not None:
        mia.presses(f"/on-call/lines/{once}/end")


def _filled_in(evidence: Evidence, _: Notes) -> list[str]:
    hours = [(row.weekday, row.opens.hour) for row in evidence.rows(OpenHours)]
    lines = [(line.weekday, line.ended_at is None) for line in evidence.rows(Duty) if line.weekday is not None]
    phones = len(evidence.rows(StaffPhone))
    fine = (hours, lines, phones) == ([(0, 8)], [(0, True)], 1)
    return [] if fine else [f"hours {hours}, weekly lines {lines}, {phones} telephones"]


def _night(practice: Practice) -> Notes:
    """The office is closed, Nora is on call, and Ana wrote of her chest."""
    _nobody_there()
    practice.texts(cast.ANAS, "my chest hurts")
    practice.works()
    return practice.notes


def _nobody_there() -> None:
    nora = _nora()
    with db.transaction("tests.night") as session:
        session.execute(delete(OpenHours))
        rota.set_phone(session, nora, NORAS, None)
        for day in range(7):
            rota.enter(session, Duty(staff_id=nora, place=1, weekday=day, begins=time(0), ends=time(0)))


def _is_rung(practice: Practice) -> None:
    practice.until_quiet()
    practice.works()


def _rung_at_each_step(evidence: Evidence, _: Notes) -> list[str]:
    """Each step has one page, and each page its step, but those that only spoke of it beside another item."""
    (item,) = [each for each in evidence.rows(DeskItem) if each.kind == "words"]
    of_item = [each for each in evidence.rows(PageItem) if each.desk_item_id == item.id]
    pages = [each.step for each in of_item if each.step is not None]
    fine = item.step >= 2 and pages == list(range(2, item.step + 1))
    return [] if fine else [f"item {item.id} is at step {item.step}, rung at {pages}"]


def _quiet_night(practice: Practice) -> Notes:
    """The same, when Ana and Rosa wrote of their knees."""
    _nobody_there()
    practice.texts(cast.ANAS, "my knee hurts")
    practice.texts(cast.ROSAS, "me duele la rodilla")
    practice.works()
    return practice.notes


def _rung_together_at_each_step(evidence: Evidence, _: Notes) -> list[str]:
    """Each step of either has stood on one page, and one page speaks of both."""
    both = [each for each in evidence.rows(DeskItem) if each.kind == "words" and each.list == "nurses"]
    told = [*evidence.entries["paged"], *evidence.entries["page_joined"]]
    found = []
    for item in both:
        steps = sum(entry.details["item"] == item.id for entry in told)
        on_pages = [each for each in evidence.rows(PageItem) if each.desk_item_id == item.id]
        if item.step < 2 or steps != item.step - 1 or not on_pages:
            found.append(f"item {item.id} is at step {item.step}, rung {steps} times on {len(on_pages)} pages")
    spoken = [each.page_id for each in evidence.rows(PageItem)]
    return found if len(both) == 2 and len(set(spoken)) < len(spoken) else [*found, "no page speaks of both"]


def _night_and_rung(practice: Practice) -> Notes:
    practice.notes |= _night(practice)
    _is_rung(practice)
    return practice.notes


def _takes_it(practice: Practice) -> None:
    with db.reading("tests.code") as session:
        rang = select(Page.code).join(PageItem, PageItem.page_id == Page.id)
        code = session.scalars(rang.order_by(Page.id.desc())).first()
    practice.texts(NORAS, str(code))
    practice.works()


def _hers(evidence: Evidence, _: Notes) -> list[str]:
    (item,) = [each for each in evidence.rows(DeskItem) if each.kind == "words" and each.list == "nurses"]
    took = evidence.counted("claimed", "item")[item.id]
    return [] if took else [f"item {item.id} was never hers though she sent its code"]


COVER = (
    Journey("on-call", _fills_in, _filled_in, again=_fills_in, pairs=False),
    Journey("rung", _is_rung, _rung_at_each_step, _night),
    Journey("rung-together", _is_rung, _rung_together_at_each_step, _quiet_night, pairs=False),
    Journey("takes-page", _takes_it, _hers, _night_and_rung, again=_takes_it, pairs=False),
)
