"""Looking at a part of a list: by kind, owner, language and age. Crisis and emergency words, and what a nurse must be
fetched for, pass every filter; how many others are hidden is told (issue 6, point 1; H13)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import request
from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from app import clock
from app.models.patients import Patient, PatientContactPoint
from escalation_desk import items, leases
from escalation_desk.models import DeskItem
from escalation_desk.views.rows import SHOWN

CHOICES: Mapping[str, Mapping[str, str]] = {
    "kind": {"words": "Patients’ words", "task": "Tasks"},
    "owner": {"mine": "Mine", "nobody": "Nobody’s yet", "others": "Colleagues’"},
    "language": {"en": "English", "es": "Spanish"},
    "age": {"15": "over 15 min", "60": "over 1 h", "240": "over 4 h", "1440": "over a day"},
}
"""What may be chosen, by the word in the address; no word of a person stands there."""
MOST_SHOWN = 1000
LABELS = {"kind": "What", "owner": "Whose", "language": "Language", "age": "Open for"}


@dataclass(frozen=True)
class Filter:
    """What was chosen, by the names of CHOICES; empty: the whole list."""

    chosen: Mapping[str, str]

    @property
    def query(self) -> dict[str, Any]:
        """As it stands in an address."""
        return dict(self.chosen)

    def which(self, staff_id: int) -> list[ColumnElement[bool]]:
        """The condition for a row; none when nothing was chosen."""
        if not self.chosen:
            return []
        always = or_(DeskItem.rank == items.CRISIS_RANK, DeskItem.reason.in_(items.FOR_A_NURSE))
        each = {"kind": _kind, "owner": lambda value: _owner(value, staff_id), "language": _language, "age": _age}
        return [or_(always, and_(*(each[name](value) for name, value in self.chosen.items())))]

    def hidden(self, session: Session, list_name: items.ListName, staff_id: int) -> int:
        """How many open items of the list it leaves out."""
        if not self.chosen:
            return 0
        out = [not_(condition) for condition in self.which(staff_id)]
        query = select(func.count()).select_from(DeskItem)
        return session.scalar(query.where(DeskItem.list == list_name, DeskItem.state != "closed", *out)) or 0


def asked() -> Filter:
    """The filter in the address of this request; what is not known there chooses nothing."""
    given = {name: request.args.get(name, "") for name in CHOICES}
    return Filter({name: value for name, value in given.items() if value in CHOICES[name]})


def how_many() -> int:
    """How many rows the person has scrolled to, in whole hundreds; at first, and for anything else, one."""
    given = request.args.get("many", "")
    wanted = int(given[:6]) if given.isascii() and given.isdecimal() else SHOWN
    return min(max(wanted // SHOWN, 1) * SHOWN, MOST_SHOWN)


def _kind(value: str) -> ColumnElement[bool]:
    return DeskItem.kind == value


def _owner(value: str, staff_id: int) -> ColumnElement[bool]:
    had = and_(DeskItem.state == "claimed", not_(leases.lapsed()))
    if value == "nobody":
        return or_(DeskItem.state != "claimed", leases.lapsed())
    return and_(had, DeskItem.owner_id == staff_id if value == "mine" else DeskItem.owner_id != staff_id)


def _language(value: str) -> ColumnElement[bool]:
    """Of nobody is known that they speak another: such an item is never hidden."""
    of_number = select(PatientContactPoint.patient_id).where(
        PatientContactPoint.contact_point_id == DeskItem.contact_point_id
    )
    hers = or_(Patient.id == DeskItem.patient_id, Patient.id.in_(of_number.correlate(DeskItem)))
    behind = select(Patient.id).where(hers).correlate(DeskItem)
    return or_(not_(behind.exists()), behind.where(Patient.language == value).exists())


def _age(value: str) -> ColumnElement[bool]:
    return DeskItem.opened_at <= clock.now() - timedelta(minutes=int(value))
