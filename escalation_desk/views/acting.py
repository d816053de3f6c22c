"""An act on an item and what comes of it: done and back to the page, or refused with all that was typed (409)."""

import secrets
from collections.abc import Callable

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session, defer

from app import db, practice, sealing
from app.web.access import me
from app.web.waiting import counts
from escalation_desk import drafts, handling, holding, presence, resting
from escalation_desk.models import DeskItem
from escalation_desk.views import card as beside
from escalation_desk.views import who
from escalation_desk.views.case import case
from escalation_desk.views.typed import Draft, on_page

Act = Callable[[Session, int, int], str | None]
"""What is done with an item: session, item id, staff id. Returns how it went, when not as usual."""

HOMES = {"nurses": "desk.nurses", "front_desk": "desk.front_desk"}
DONE = {
    "sent": "Your text is on its way.",
    "sent_already": "These words went out already. They were not sent again.",
    "taken_back": "Your text was not sent. Its words stand in the box again.",
    "reopened": "It is open again, and yours.",
    "noted": "Your note stands in the record.",
    "did": "Done, as the patient wrote.",
    "passed_on": "It did not go through by itself. The patient’s wish is now a task for people.",
    "stopped": "No more texts go to this number.",
    "closed": "Closed.",
    "speaker": "Noted who wrote it. What was said before stays in the record.",
    "call_said": "Noted how the call went.",
    "marked": "It is proposed for the word lists, and the nurses have it.",
    "rests": "It rests. It stays yours, and shows when it comes back.",
    "handed": "Your colleague has it now. If it is not taken in time, it is open again.",
    "moved": "Handed over to the other list.",
}
"""What a page says after an act, by the word in its address."""


def act_on(item_id: int, done: str, act: Act, typed: Draft | None = None) -> ResponseReturnValue:
    """Carry out an act, or show its refusal on the page with all that was typed (409)."""
    try:
        with db.transaction("act_on_item") as session:
            found = who.check_acts(me().role, session.get(DeskItem, item_id, options=[defer(DeskItem.note)]))
            came_from = found.list
            done = act(session, item_id, me().staff_id) or done
            now_on = found.list
    except holding.Refused as refusal:
        _keep(item_id, typed)
        return item_page(item_id, typed or Draft(), refusal), 409
    if request.headers.get("HX-Request"):
        return "", 204
    if done in ("closed", "moved"):
        seen = item_id if who.may_see(me().role, now_on) else None
        return redirect(url_for(HOMES[came_from], done=done, item=seen), 303)
    return redirect(url_for("desk.item", item_id=item_id, done=done if done in DONE else None), 303)


def done_now() -> str:
    """What the page says was just done; nothing when nothing was."""
    return DONE.get(request.args.get("done", ""), "")


def item_page(item_id: int, refused: Draft, refusal: holding.Refused | None = None) -> str:
    """The item's page as it stands; with what a refused form held."""
    looking = presence.others(item_id, me().staff_id)
    with sealing.gaps_shown(), db.reading("item_page") as session:
        found = who.check_sees(me().role, session.get(DeskItem, item_id))
        shown, waiting, name = case(session, found, me(), looking), counts(session), practice.name(session)
        card = beside.of_item(session, found, shown.caller)
        unsent = on_page(session, item_id, me().staff_id, refused)
    return render_template(
        "desk/item.html", case=shown, beside=card, counts=waiting, draft=unsent, refusal=refusal,
        focus=shown.box(refusal.at) if refusal else None,
        done=done_now(), back=HOMES[shown.item.list], longest=handling.LONGEST_TEXT,
        practice=name, rest_minutes=resting.MINUTES[shown.item.list],
        new_token=lambda: secrets.token_urlsafe(16), fragment=False, may_book=me().role in who.WHO_BOOKS,
    )  # fmt: skip


def _keep(item_id: int, typed: Draft | None) -> None:
    """What a refused form held is hers still, when the page is loaded again too."""
    if typed is not None:
        with db.transaction("keep_refused") as session:
            for place, _, words in typed.kept():
                drafts.keep(session, item_id, me().staff_id, place, words, form="")
