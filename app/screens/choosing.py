"""How times are offered: the practice's choice for each kind of visit, with its limits (issue 8)."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import db
from app.models.offers import MOST_AT_ONCE
from app.scheduling import offer_rules
from app.scheduling.offer_rules import ASSIGN, AUTOMATIC, SUGGEST, Rule
from app.screens.appointments import KINDS
from app.screens.forms import Typed, typed
from app.screens.roles import READS
from app.web import forms
from app.web.access import allows, me

blueprint = Blueprint("choosing", __name__, url_prefix="/waitlist/how", template_folder="templates")

OF_ONE = f"/<any({', '.join(KINDS)}):kind>"
MODES = {
    ASSIGN: "Staff assign times",
    SUGGEST: "Handrail proposes, a person confirms",
    AUTOMATIC: "Handrail offers by itself, within the limits",
}
LIMITS = {
    "at_once": (1, MOST_AT_ONCE, "times"),
    "hold_minutes": (15, 120, "minutes"),
    "notice_hours": (1, 336, "hours"),
    "from_hour": (0, 23, "o’clock"),
    "until_hour": (1, 24, "o’clock"),
    "a_week": (1, 7, "offers"),
}
"""Least and most of each, as the form says them."""
SHORT_OF_SPACE = "The last hour must come after the first."
CHANGED = "Somebody has changed this since you saw it. Nothing was saved; this is how it stands now."


@dataclass(frozen=True)
class Shown:
    """A kind of visit with its rule in words."""

    kind: str
    name: str
    rule: Rule

    @property
    def mode(self) -> str:
        return MODES[self.rule.mode]


@blueprint.get("")
@allows(*READS)
def listed() -> ResponseReturnValue:
    """How times are offered for each kind of visit."""
    return _listed()


@blueprint.get(OF_ONE)
@allows("manager")
def opened(kind: str) -> ResponseReturnValue:
    """The form for one kind of visit."""
    with db.reading("choosing.opened") as session:
        rule = offer_rules.in_force(session)[kind]
    values = {name: str(getattr(rule, name)) for name in ("mode", "version", *LIMITS)}
    values["lets_go"] = "yes" if rule.lets_go else ""
    return _form(kind, Typed(values))


@blueprint.post(OF_ONE)
@allows("manager")
def choose(kind: str) -> ResponseReturnValue:
    """Put it in force from now on; what is held already stays held."""
    form = typed("mode", "lets_go", *LIMITS)
    rule = _rule(form, forms.row_id("version"))
    if form.problems:
        form.values["version"] = str(rule.version)
        return _form(kind, form), 422
    with db.transaction("choosing.choose") as session:
        won = offer_rules.keep(session, kind, rule, me().staff_id)
    return redirect(url_for("choosing.listed"), 303) if won else (_listed(CHANGED), 409)


def _rule(form: Typed, version: int) -> Rule:
    if form["mode"] not in MODES:
        form.problems["mode"] = "Please choose how times are offered."
    found = {name: _number(form, name) for name in LIMITS}
    if not form.problems and found["until_hour"] <= found["from_hour"]:
        form.problems["until_hour"] = SHORT_OF_SPACE
    return Rule(mode=form["mode"], version=version, lets_go=form["lets_go"] == "yes", **found)


def _number(form: Typed, name: str) -> int:
    least, most, unit = LIMITS[name]
    text = form[name].strip()
    if text.isascii() and text.isdecimal() and len(text) < 5 and least <= int(text) <= most:
        return int(text)
    form.problems[name] = f"Please type a number from {least} to {most} ({unit})."
    return least


def _listed(refusal: str = "") -> str:
    with db.reading("choosing.listed") as session:
        rules = offer_rules.in_force(session)
    shown = [Shown(kind, name, rules[kind]) for kind, name in KINDS.items()]
    return render_template(
        "waitlist/how.html", shown=shown, refusal=refusal, may_change=me().role == "manager", assign=ASSIGN
    )


def _form(kind: str, form: Typed) -> str:
    return render_template("waitlist/choose.html", kind=kind, name=KINDS[kind], form=form, modes=MODES, limits=LIMITS)
