"""The sound of a message that was left on a call, for whoever may answer its item."""

from flask import Blueprint, Response, abort

from app import db
from app.web.access import allows, me
from escalation_desk import listening
from escalation_desk.models import DeskItem
from escalation_desk.views import who

sound = Blueprint("sound", __name__, url_prefix="/desk/items/<int(max=2147483647):item_id>")


@sound.get("/sound")
@allows(*who.WHO_ACTS)
def message(item_id: int) -> Response:
    """The message, written down as heard; no copy of it stays in the browser."""
    with db.transaction("sound.message") as session:
        item = who.check_acts(me().role, session.get(DeskItem, item_id))
        found = listening.play(session, item, me().staff_id)
    if found is None:
        abort(404)
    return Response(found, content_type="audio/wav")
