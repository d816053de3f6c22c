"""All follow-ups that are open, counted by what they are about, whose they are and how late they are, and narrowed by
it; with them the visits of which somebody has something to say."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from app import db, people, sealing
from app.models.follow_ups import OPEN, FollowUp
from app.models.patients import Patient
from app.outreach import follow_ups
from app.screens import leaks, loose_ends
from app.screens.loose_ends import OWNERS, Shown
from app.screens.roles import REACHES, READS
from app.web import page as web_page
from app.web.access import allows, me
from app.web.following import FOLLOW_UPS

blueprint = Blueprint("open_follow_ups", __name__, template_folder="templates")

SHOWN = 100
LATE = {"week": (1, 7), "month": (8, 30), "longer": (31, None)}
"""Since how many days the day of a follow-up may be over, the first and the last of them."""
AGES = {"ahead": "Still ahead", "week": "1 to 7 days late", "month": "8 to 30 days late", "longer": "Over 30 days late"}


@dataclass(frozen=True)
class Narrowed:
    """What the page is narrowed to; empty: not by that."""

    kind: str = ""
    owner: str = ""
    age: str = ""

    @property
    def words(self) -> str:
        """`Labs or another order · Nurses · 1 to 7 days late`; empty for all there is."""
        matter = FOLLOW_UPS.get(self.kind, "")
        parts = (matter[:1].upper() + matter[1:], OWNERS.get(self.owner, ""), AGES.get(self.age, ""))
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True)
class Counted:
    """How many follow-ups are open of each kind, owner and age."""

    many: Counter[tuple[str, str, str]]

    def of(self, kind: str = "", owner: str = "", age: str = "") -> int:
        return sum(
            many for (about, whose, late), many in self.many.items()
            if kind in ("", about) and owner in ("", whose) and age in ("", late)
        )  # fmt: skip


@blueprint.get("/follow-ups")
@allows(*READS)
def listed() -> ResponseReturnValue:
    """All that is open, or what the address narrows it to, and what leaks; whom the list showed is recorded."""
    zone, narrowed = web_page.zone().key, _narrowed()
    with sealing.gaps_shown(), db.transaction("open_follow_ups.listed") as session:
        counted = count(session)
        kinds = _by_kind(session, counted, narrowed, me().role)
        unsaid, undecided = leaks.nobody_said(session), leaks.nobody_decided(session, zone)
        dark = leaks.dark(session)
        shown = [each.patient.id for _, rows in kinds.values() for each in rows]
        shown += [] if narrowed.words else [each.patient.id for leak in (unsaid, undecided) for each in leak.rows]
        people.looked_at_list(session, me().staff_id, shown)
    return render_template(
        "follow_ups/listed.html", kinds=kinds, unsaid=unsaid, undecided=undecided, matters=FOLLOW_UPS, dark=dark,
        may_act=me().role in REACHES, counted=counted, narrowed=narrowed, owners=OWNERS, ages=AGES,
    )  # fmt: skip


def count(session: Session) -> Counted:
    """All that are open, as of the practice's today."""
    today = follow_ups.today(session)
    age = case(*((within, name) for name, within in _ages(today).items()), else_="")
    each = select(FollowUp.kind, FollowUp.owner, age.label("age")).where(FollowUp.disposition.in_(OPEN)).subquery().c
    by = (each.kind, each.owner, each.age)
    rows = session.execute(select(*by, func.count()).group_by(*by))
    return Counted(Counter({(kind, owner, how_old): many for kind, owner, how_old, many in rows}))


def _narrowed() -> Narrowed:
    """What the address asks for; what it asks for in words that we do not know narrows nothing."""
    known: Mapping[str, Mapping[str, object]] = {"kind": FOLLOW_UPS, "owner": OWNERS, "age": AGES}
    asked = {name: request.args.get(name, "") for name in known}
    return Narrowed(**{name: value for name, value in asked.items() if value in known[name]})


def _by_kind(
    session: Session, counted: Counted, narrowed: Narrowed, role: str
) -> dict[str, tuple[int, list[Shown]]]:  # fmt: skip
    """Of each kind how many there are of what the page is narrowed to, and those of them that are due first."""
    found = {}
    for kind in FOLLOW_UPS if not narrowed.kind else (narrowed.kind,):
        asked = replace(narrowed, kind=kind)
        if many := counted.of(asked.kind, asked.owner, asked.age):
            found[kind] = many, _first(session, asked, role)
    return found


def _first(session: Session, narrowed: Narrowed, role: str) -> list[Shown]:
    where = [FollowUp.kind == narrowed.kind, FollowUp.disposition.in_(OPEN)]
    if narrowed.owner:
        where.append(FollowUp.owner == narrowed.owner)
    if narrowed.age:
        where.append(_ages(follow_ups.today(session))[narrowed.age])
    query = select(FollowUp, Patient).join(Patient, Patient.id == FollowUp.patient_id).where(*where)
    rows = session.execute(query.order_by(FollowUp.due_on, FollowUp.id).limit(SHOWN))
    return [loose_ends.shown(session, row, patient, role) for row, patient in rows]


def _ages(today: date) -> dict[str, ColumnElement[bool]]:
    def late(first: int, last: int | None) -> ColumnElement[bool]:
        least = FollowUp.due_on <= today - timedelta(days=first)
        return least if last is None else least & (FollowUp.due_on >= today - timedelta(days=last))

    return {"ahead": FollowUp.due_on >= today, **{name: late(*days) for name, days in LATE.items()}}
