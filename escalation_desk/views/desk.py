"""The escalation desk's screens: the two lists, and one item with what can be done with it."""

import secrets

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app import clock, db, sealing, timeline
from app.talk import also
from app.web import forms
from app.web.access import allows, me
from app.web.waiting import counts
from escalation_desk import handling, items, oncall, presence, sampling
from escalation_desk.models import DeskItem
from escalation_desk.views import filters, looking, who
from escalation_desk.views.acting import HOMES, act_on, done_now, item_page
from escalation_desk.views.case import case
from escalation_desk.views.rows import SHOWN, rows
from escalation_desk.views.typed import Draft

desk = Blueprint("desk", __name__, url_prefix="/desk", template_folder="../templates")

TITLES = {"nurses": "Nurses", "front_desk": "Front desk"}


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
    page = item_page(item_id, Draft())
    with db.transaction("open_item") as session:
        timeline.looked(session, me().staff_id, "item", item_id)
        list_name = session.scalars(select(DeskItem.list).where(DeskItem.id == item_id)).one()
    presence.look(item_id, me().staff_id, list_name)
    return page


@desk.get("/items/<int(max=2147483647):item_id>/now")
@allows(*who.EVERYBODY, watching=True)
def item_now(item_id: int) -> ResponseReturnValue:
    """What may have changed on an open item's page: its words, owner and timeline, never its forms."""
    looking = presence.others(item_id, me().staff_id)
    with sealing.gaps_shown(), db.reading("item_now") as session:
        found = who.check_sees(me().role, session.get(DeskItem, item_id))
        shown, waiting = case(session, found, me(), looking), counts(session)
    presence.look(item_id, me().staff_id, found.list)
    another_page = request.args.get("mode", shown.mode) != shown.mode
    return render_template(
        "desk/now.html",
        another_page=another_page,
        case=shown,
        counts=waiting,
        fragment=True,
        may_book=me().role in who.WHO_BOOKS,
        new_token=lambda: secrets.token_urlsafe(16),
    ), {"HX-Trigger": "another-page"} if another_page else {}


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


for _act_name in (
    "claim", "release", "read", "reply", "health-words", "take-back", "notes", "also", "move", "close", "reopen",
    "no-texts", "rest", "hand", "call", "call-result",
):  # fmt: skip
    desk.add_url_rule(f"/items/<int(max=2147483647):item_id>/{_act_name}", view_func=back_to_item, methods=["GET"])


def _list_page(list_name: items.ListName) -> str:
    return _rows(list_name, "desk/list.html", opening=True)


def _rows(list_name: items.ListName, template: str, *, opening: bool = False) -> str:
    part, by, many = filters.asked(), me().staff_id, filters.how_many()
    with sealing.gaps_shown(), db.reading("list_of_items") as session:
        found, waiting = rows(session, list_name, by, part.which(by), many), counts(session)
        hidden = part.hidden(session, list_name, by)
        alone = not oncall.covered(session, clock.now())
        to_review = sampling.waiting(session) if opening and list_name == "nurses" else 0
        noted = not opening and looking.noted(session, me().staff_id, [row.item_id for row in found])
    if not noted:
        looking.note(me().staff_id, list_name, [row.item_id for row in found])
    return render_template(
        template, rows=found, counts=waiting, list_name=list_name, title=TITLES[list_name], shown=many,
        further=min(many + SHOWN, filters.MOST_SHOWN),
        rows_address=url_for(f"{HOMES[list_name]}_rows", **part.query), whole_address=url_for(HOMES[list_name]),
        further_address=url_for(HOMES[list_name], **part.query, many=many + SHOWN),
        part=part.chosen, choices=filters.CHOICES, labels=filters.LABELS, hidden=hidden, fragment=not opening,
        done=done_now(), done_item=_done_item(), to_review=to_review, alone=alone,
    )  # fmt: skip


def _done_item() -> int | None:
    """The item that was just closed or moved, so that it can be undone from its page."""
    named = request.args.get("item", "")
    return int(named) if named.isascii() and named.isdecimal() and int(named[:12]) <= forms.LARGEST_ID else None
