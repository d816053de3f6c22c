"""Finding an open item: by a name, by digits of a number, by words that stand on it. What was looked for travels in the
body, since addresses end up in logs, and stands sealed in the record of whoever looked (P10, P11)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import db, sealing, timeline
from app.models.conversations import Exchange
from app.web import forms
from app.web.access import allows, me
from app.web.waiting import counts
from escalation_desk import items
from escalation_desk.models import DeskItem, DeskItemWords
from escalation_desk.views import people, who
from escalation_desk.views.people import Caller
from escalation_desk.views.rows import SHOWN, Row, rows_of

search = Blueprint("search", __name__, url_prefix="/desk/search", template_folder="../templates")

MOST_LOOKED_THROUGH = 5000
LONGEST, FEWEST_LETTERS, FEWEST_DIGITS = 200, 2, 3
TITLES: dict[items.ListName, str] = {"nurses": "Nurses", "front_desk": "Front desk"}
TOO_SHORT = "Please type a name, three digits of a number or more, or words that stand on an item."


@search.get("")
@allows(*who.EVERYBODY)
def show() -> ResponseReturnValue:
    """The empty search."""
    return _page("")


@search.post("")
@allows(*who.EVERYBODY)
def find() -> ResponseReturnValue:
    """Open items of the lists that this person sees, in their order; that they were shown is recorded."""
    wanted = forms.text("wanted").strip()[:LONGEST]
    if not _long_enough(wanted):
        return _page(wanted, problem=TOO_SHORT if wanted else "Please type what you look for.", code=422)
    with sealing.gaps_shown(), db.transaction("search.find") as session:
        lists = [name for name in TITLES if who.may_see(me().role, name)]
        found = {name: rows_of(session, _fitting(session, name, wanted), me().staff_id) for name in lists}
        ids = sorted(row.item_id for rows in found.values() for row in rows)
        timeline.append(
            session, timeline.of_staff(me().staff_id), "searched_desk", timeline.by_staff(me().staff_id),
            words=wanted, ids=ids,
        )  # fmt: skip
    return _page(wanted, found)


def _fitting(session: Session, list_name: items.ListName, wanted: str) -> list[DeskItem]:
    waiting = items.open_items(session, list_name, MOST_LOOKED_THROUGH)
    callers, said = people.callers(session, waiting), _said(session, [item.id for item in waiting])
    fits = [item for item in waiting if _fits(wanted, callers[item.id], [*said[item.id], item.note or ""])]
    return fits[:SHOWN]


def _said(session: Session, item_ids: Sequence[int]) -> dict[int, list[str]]:
    """The words on each item, unsealed here since nothing else can look into them."""
    found: dict[int, list[str]] = defaultdict(list)
    query = select(DeskItemWords.desk_item_id, Exchange.body).join(Exchange, Exchange.id == DeskItemWords.exchange_id)
    for item_id, body in session.execute(query.where(DeskItemWords.desk_item_id.in_(item_ids))):
        found[item_id].append(body)
    return found


def _fits(wanted: str, caller: Caller, said: Iterable[str]) -> bool:
    """Whether the number holds these digits, or the names and words together hold every typed word, whole or begun."""
    digits = re.sub(r"\D", "", wanted)
    if len(digits) >= FEWEST_DIGITS and digits.removeprefix("1") in re.sub(r"\D", "", caller.spoken):
        return True
    words = set().union(*map(sealing.name_words, [*(patient.name for patient in caller.patients), *said]))
    typed = sealing.name_words(wanted)
    return bool(typed) and all(any(each.startswith(word) for each in words) for word in typed)


def _long_enough(wanted: str) -> bool:
    letters, digits = sum(map(str.isalpha, wanted)), sum(map(str.isdigit, wanted))
    return letters >= FEWEST_LETTERS or digits >= FEWEST_DIGITS


def _page(
    wanted: str, found: dict[items.ListName, list[Row]] | None = None, problem: str = "", code: int = 200
) -> ResponseReturnValue:
    with db.reading("search.page") as session:
        waiting = counts(session)
    return render_template(
        "desk/search.html", wanted=wanted, found=found, problem=problem, counts=waiting, titles=TITLES, shown=SHOWN,
        fragment=False,
    ), code  # fmt: skip
