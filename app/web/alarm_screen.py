"""The screen that stays on once a sign-in went idle: how many wait, with sound, and nothing of anybody (H18, P11)."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app import db
from app.web import sign_ins
from app.web.access import idle
from app.web.live import TOPICS
from app.web.waiting import counts

blueprint = Blueprint("alarm_screen", __name__)

LABELS = {"nurses": "Nurses", "front_desk": "Front desk"}


@blueprint.get("/alarm")
@idle
def now() -> ResponseReturnValue:
    """What waits on the lists that whoever was signed in here sees: `[{"list", "label", "waiting", "crisis"}]`."""
    role = sign_ins.went_idle()
    with db.reading("alarm_screen") as session:
        found = counts(session)
    seen = [name for name in LABELS if role is not None and name in TOPICS[role]]
    return jsonify([
        {"list": name, "label": LABELS[name], "waiting": found[name].waiting, "crisis": found[name].crisis}
        for name in seen
    ])  # fmt: skip


def has_lists() -> bool:
    """Whether this browser's sign-in went idle, of somebody who has a list to hear of."""
    role = sign_ins.went_idle()
    return role is not None and not TOPICS[role].isdisjoint(LABELS)
