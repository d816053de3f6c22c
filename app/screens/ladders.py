"""The cadences in force as timetables that a clinician can read, and who signed them."""

from collections.abc import Mapping
from datetime import timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app import db
from app.library import versions
from app.screens.roles import READS
from app.screens.timetable import CONFIRMING, LISTS
from app.web.access import allows
from app.web.following import FOLLOW_UPS
from dialogs.engine.cadences import ANY, BY_CALL, CONFIRM, NAME, Step

blueprint = Blueprint("ladders", __name__, template_folder="templates")

ALL = "whatever the visit"
VISITS = {ANY: "all other visits", "routine": "routine visits", "chronic": "regular visits", "acute": "acute visits",
          "procedure": "procedures"}  # fmt: skip


@blueprint.get("/cadences")
@allows(*READS)
def listed() -> ResponseReturnValue:
    """Every ladder in force, in plain words, and who signed it."""
    with db.reading("ladders.listed") as session:
        shelf = versions.in_force(session)
        version = versions.last(session, versions.CADENCES_KIND, NAME)
    titles = {name: pinned.dialog.title for name, pinned in shelf.dialogs.items()}
    ladders = [
        (
            CONFIRMING if kind == CONFIRM else FOLLOW_UPS[kind],
            VISITS[visit_type] if len(by_type) > 1 else ALL,
            [_said(each, titles) for each in steps],
        )
        for kind, by_type in shelf.cadences.ladders.items()
        for visit_type, steps in sorted(by_type.items(), key=lambda each: each[0] == ANY)
    ]
    return render_template("outreach/cadences.html", ladders=ladders, cadences=shelf.cadences, version=version)


def _said(step: Step, titles: Mapping[str, str]) -> tuple[str, str]:
    """`2 days before` and `asks: Confirm an appointment`."""
    hours = round(abs(step.at).total_seconds() / 3600)
    length = f"{hours // 24} days" if hours % 24 == 0 and hours > 24 else "1 day" if hours == 24 else f"{hours} hours"
    when = "when it is due" if not hours else f"{length} {'before' if step.at < timedelta() else 'after'}"
    if step.says is not None:
        how = "by a call, whoever agreed to that" if step.by == BY_CALL else "by text"
        return when, f"asks {how}: {titles.get(step.says, step.says)}"
    return when, f"gives it to {LISTS[step.gives_to or 'front_desk']}"
