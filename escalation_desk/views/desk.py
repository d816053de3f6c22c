"""The escalation desk's screens: the two lists, and one item with what can be done with it."""

import secrets
from collections.abc import Callable

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session, defer

from app import clock, db, practice, sealing, timeline
from app.talk import also
from app.web import forms
from app.web.access import allows, me
from app.web.waiting import counts
from escalation_desk import drafts, handling, holding, items, oncall, resting, sampling
from escalation_desk.models import DeskItem
from escalation_desk.views import card as beside
from escalation_desk.views import looking, who
from escalation_desk.views.case import case
from escalation_desk.views.rows import SHOWN, rows
from escalation_desk.views.typed import Draft, on_page

desk = Blueprint("desk", __name__, url_prefix="/desk", template_folder="../templates")

Act = Callable[[Session, int, int], str | None]
"""What is done with an item: session, item id, staff id. Returns how it went, when not as usual."""

TITLES = {"nurses": "Nurses", "front_desk": "Front desk"}
HOMES = {"nurses": "desk.nurses", "front_desk": "desk.front_desk"}
DONE = {
    "sent": "Your text is on its way.",
    "sent_already": "These words went out already. They were not sent again.",
    "reopened": "It is open again, and yours.",
    "noted": "Your note stands in the record.",
    "did": "Done, as the patient wrote.",
    "passed_on": "It did not go through by itself. The patient’s wish is now a task for people.",
    "stopped": "No more texts go to this number.",
    "closed": "Closed.",
    "speaker": "Noted who wrote it. What was said before stays in the record.",
    "marked": "It is proposed for the word lists, and the nurses have it.",
    "rests": "It rests. It stays yours, and shows when it comes back.",
    "moved": "Handed over to the other list.",
}
"""What a page says after an act, by the word in its address."""


@desk.get("/nurses")
@allows(*who.WHO_SEES_NURSES)
def nurses() -> ResponseReturnValue:
    """The nurses' list."""
    return _list_page("nurses")


@desk.get("/front-desk")
@allows(*who.EVERYBODY)
def front_desk() -> ResponseReturnValue:
    """The front desk's list."""
    return _list_page("front_desk")


@desk.get("/nurses/rows")
@allows(*who.WHO_SEES_NURSES, watching=True)
def nurses_rows() -> ResponseReturnValue:
    """The nurses' list as it is now, for a page that refreshes itself."""
    return _rows("nurses", "desk/rows.html")


@desk.get("/front-desk/rows")
@allows(*who.EVERYBODY, watching=True)
def front_desk_rows() -> ResponseReturnValue:
    """The front desk's list as it is now, for a page that refreshes itself."""
    return _rows("front_desk", "desk/rows.html")


@desk.get("/items/<int(max=2147483647):item_id>")
@allows(*who.EVERYBODY)
def item(item_id: int) -> ResponseReturnValue:
    """One item; opening it is recorded."""
    page = _item_page(item_id, Draft())
    with db.transaction("open_item") as session:
        timeline.looked(session, me().staff_id, "item", item_id)
    return page


@desk.get("/items/<int(max=2147483647):item_id>/now")
@allows(*who.EVERYBODY, watching=True)
def item_now(item_id: int) -> ResponseReturnValue:
    """What may have changed on an open item's page: its words, owner and timeline, never its forms."""
    with sealing.gaps_shown(), db.reading("item_now") as session:
        found = who.check_sees(me().role, session.get(DeskItem, item_id))
        shown, waiting = case(session, found, me()), counts(session)
    return render_template(
        "desk/now.html", case=shown, counts=waiting, fragment=True, may_book=me().role in who.WHO_BOOKS
    ), {"HX-Trigger": "another-page"} if request.args.get("mode", shown.mode) != shown.mode else {}


@desk.post("/items/<int(max=2147483647):item_id>/claim")
@allows(*who.WHO_ACTS)
def claim(item_id: int) -> ResponseReturnValue:
    """Take the item."""
    return act_on(item_id, "claim", handling.claim)


@desk.post("/items/<int(max=2147483647):item_id>/release")
@allows(*who.WHO_ACTS)
def release(item_id: int) -> ResponseReturnValue:
    """Give the item back."""
    return act_on(item_id, "release", handling.release)


@desk.post("/items/<int(max=2147483647):item_id>/read")
@allows(*who.WHO_ACTS)
def read(item_id: int) -> ResponseReturnValue:
    """The words up to `newest` were on the owner's screen."""
    newest = forms.row_id("newest")
    return act_on(item_id, "read", lambda session, at, by: handling.mark_read(session, at, by, newest))


@desk.post("/items/<int(max=2147483647):item_id>/draft")
@allows(*who.WHO_ACTS)
def draft(item_id: int) -> ResponseReturnValue:
    """Keep what stands in one of the page's boxes, until it is sent or emptied."""
    place, words, form = forms.text("place"), forms.text("words"), forms.text("form")
    if place not in drafts.PLACES:
        abort(400)
    return act_on(item_id, "kept", lambda session, at, by: drafts.keep(session, at, by, place, words, form))


@desk.get("/items/<int(max=2147483647):item_id>/draft")
@allows(*who.WHO_ACTS, watching=True)
def drafted(item_id: int) -> ResponseReturnValue:
    """What this person left unsent on the item, by its box."""
    with sealing.gaps_shown(), db.reading("drafts") as session:
        who.check_acts(me().role, session.get(DeskItem, item_id, options=[defer(DeskItem.note)]))
        return jsonify(drafts.of(session, item_id, me().staff_id))


@desk.post("/items/<int(max=2147483647):item_id>/reply")
@allows(*who.WHO_ACTS)
def reply(item_id: int) -> ResponseReturnValue:
    """Text the patient; the form knows which number it was shown for, and is good for one text."""
    body, form, number = forms.text("body"), forms.token("form"), forms.row_id("contact_point")
    seen = forms.row_id("seen")

    def act(session: Session, at: int, by: int) -> str | None:
        how = handling.reply(session, at, by, number, body, form, seen)
        drafts.drop(session, at, by, "body")
        return how

    return act_on(item_id, "sent", act, Draft(body=body))


@desk.post("/items/<int(max=2147483647):item_id>/notes")
@allows(*who.WHO_ACTS)
def note(item_id: int) -> ResponseReturnValue:
    """Write something down that the patient does not see."""
    words, form = forms.text("note"), forms.token("form")

    def act(session: Session, at: int, by: int) -> None:
        handling.write_note(session, at, by, words, form)
        drafts.drop(session, at, by, "note")

    return act_on(item_id, "noted", act, Draft(note=words))


@desk.post("/items/<int(max=2147483647):item_id>/also")
@allows(*who.WHO_ACTS)
def do_also(item_id: int) -> ResponseReturnValue:
    """Carry out the choice that stood beside the words, or say that people must."""
    exchange = forms.row_id("exchange")
    return act_on(
        item_id, "did",
        lambda session, at, by: "passed_on" if also.do_also(session, at, exchange, by) is not None else None,
    )  # fmt: skip


@allows(*who.EVERYBODY)
def back_to_item(item_id: int) -> ResponseReturnValue:
    """After a refusal the address bar shows where the form went: loading that again leads back to the item."""
    return redirect(url_for("desk.item", item_id=item_id), 303)


for _act_name in ("claim", "release", "read", "reply", "notes", "also", "move", "close", "reopen", "no-texts", "rest"):
    desk.add_url_rule(f"/items/<int(max=2147483647):item_id>/{_act_name}", view_func=back_to_item, methods=["GET"])


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
        return _item_page(item_id, typed or Draft(), refusal), 409
    if request.headers.get("HX-Request"):
        return "", 204
    if done in ("closed", "moved"):
        seen = item_id if who.may_see(me().role, now_on) else None
        return redirect(url_for(HOMES[came_from], done=done, item=seen), 303)
    return redirect(url_for("desk.item", item_id=item_id, done=done if done in DONE else None), 303)


def _keep(item_id: int, typed: Draft | None) -> None:
    """What a refused form held is hers still, when the page is loaded again too."""
    if typed is not None:
        with db.transaction("keep_refused") as session:
            for place, _, words in typed.kept():
                drafts.keep(session, item_id, me().staff_id, place, words, form="")


def _item_page(item_id: int, refused: Draft, refusal: holding.Refused | None = None) -> str:
    with sealing.gaps_shown(), db.reading("item_page") as session:
        found = who.check_sees(me().role, session.get(DeskItem, item_id))
        shown, waiting, name = case(session, found, me()), counts(session), practice.name(session)
        card = beside.of_item(session, found, shown.caller)
        unsent = on_page(session, item_id, me().staff_id, refused)
    return render_template(
        "desk/item.html", case=shown, beside=card, counts=waiting, draft=unsent, refusal=refusal,
        focus=shown.box(refusal.at) if refusal else None,
        done=DONE.get(request.args.get("done", ""), ""), back=HOMES[shown.item.list], longest=handling.LONGEST_TEXT,
        practice=name, rest_minutes=resting.MINUTES,
        new_token=lambda: secrets.token_urlsafe(16), fragment=False, may_book=me().role in who.WHO_BOOKS,
    )  # fmt: skip


def _list_page(list_name: items.ListName) -> str:
    return _rows(list_name, "desk/list.html", opening=True)


def _rows(list_name: items.ListName, template: str, *, opening: bool = False) -> str:
    with sealing.gaps_shown(), db.reading("list_of_items") as session:
        found, waiting = rows(session, list_name, me().staff_id), counts(session)
        alone = not oncall.covered(session, clock.now())
        to_review = sampling.waiting(session) if opening and list_name == "nurses" else 0
        noted = not opening and looking.noted(session, me().staff_id, [row.item_id for row in found])
    if not noted:
        looking.note(me().staff_id, list_name, [row.item_id for row in found])
    return render_template(
        template, rows=found, counts=waiting, list_name=list_name, title=TITLES[list_name], shown=SHOWN,
        rows_address=url_for(f"{HOMES[list_name]}_rows"), fragment=not opening,
        done=DONE.get(request.args.get("done", ""), ""), done_item=_done_item(), to_review=to_review, alone=alone,
    )  # fmt: skip


def _done_item() -> int | None:
    """The item that was just closed or moved, so that it can be undone from its page."""
    named = request.args.get("item", "")
    return int(named) if named.isascii() and named.isdecimal() and int(named[:12]) <= forms.LARGEST_ID else None
