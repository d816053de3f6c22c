"""When the patient will be asked about a visit, in the practice's words; or that somebody must call, and why."""

from typing import NamedTuple

from sqlalchemy.orm import Session

from app import clock
from app.outreach import foreseen
from app.outreach.foreseen import Foreseen
from app.screens.visits import Shown
from app.web import times
from app.web.dialog_words import ENDINGS
from app.web.page import zone
from app.web.reasons import REASONS
from app.web.standstill import standstill

WHY = {
    **ENDINGS,
    **REASONS,
    "too_late": "it is too near to ask by text",
    "quiet_hours": "when texts may go again, it is too near to ask by text",
}
ASKED = "Has been asked by text, and is not asked again."
CALLED = "Has been called by our system, and is not asked again."
OVER = {"asked": ASKED, "asked_lately": ASKED, "too_late": ASKED, "answered": "Has answered, and is not asked again."}
LATER = {
    "doubted": ", once a person has settled whose number it is",
    "hushed": ", once no nurse has the patient’s words any more",
    "paused": ", once a manager lets the reminders go on",
    "not_opened": ", once a manager has opened sending",
    "words_wait": ", once the front desk has read what the patient wrote",
    "another_conversation": ", once another question to this number is answered or over",
}
NOT_LEAVING = "Please call: texts do not leave as they should just now."


class Asked(NamedTuple):
    """What stands beside an appointment; `call`: somebody must do something."""

    sentence: str
    call: bool


def told(session: Session, shown: Shown) -> Asked | None:
    """What becomes of the question about an appointment that lies ahead; None when there is nothing to ask."""
    found = foreseen.question(session, shown.appointment, shown.patient)
    if found is None:
        return None
    if found.kind == "over" and found.rings and OVER.get(found.reason) == ASKED:
        return Asked(CALLED, call=False)
    if found.kind == "over":
        return Asked(OVER.get(found.reason) or f"Is not asked by text: {WHY[found.reason]}.", call=False)
    if found.kind == "call":
        return Asked(f"Please call: {WHY[found.reason]}. No text asks about it.", call=True)
    return Asked(NOT_LEAVING, call=True) if standstill() else Asked(_asked(found), call=False)


def _asked(found: Foreseen) -> str:
    again, later = " again" if found.again else "", LATER.get(found.reason, "")
    by = "by a call of our system" if found.rings else "by text"
    if found.at is None or found.at <= clock.now():
        return f"Will be asked{again} {by} {'' if later else 'within a minute'}{later.removeprefix(', ')}."
    return f"Will be asked{again} {by} {times.local(found.at, zone().key)}{', or later' * bool(later)}{later}."
