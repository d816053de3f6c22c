"""The waitlist: times that can be given beside who waits for one, and giving them."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import db, people, sealing, timeline
from app.models.offers import MOST_AT_ONCE, Offer
from app.models.slots import Slot
from app.models.waitlist import WaitlistRequest
from app.outreach import mistaken
from app.scheduling import filling, in_turn, offer_making, offers, slots, waitlist
from app.screens import slots_shown, waiting_list
from app.screens.roles import CHANGES, READS
from app.screens.rows import known
from app.web import forms
from app.web import page as web_page
from app.web.access import allows, me
from app.web.waiting import counts

blueprint = Blueprint("waitlist", __name__, template_folder="templates")

DONE = {
    "put_up": "It stands among the times.",
    "booked": "Booked. A task says what to enter in the EHR.",
    "not_booked": "Undone: the time is free again, and the patient waits as before.",
    "offered": "The time is held, and the patient is asked by text.",
    "proposed": "The times are held, and the patient is asked by text.",
    "in_turn": "Whom it suits is asked by text, one after the other, until somebody takes it.",
    "stopped": "Nobody else is asked by itself.",
    "undone": "The offer is undone: the patient was not asked, and will not be. Every time in it is free again.",
    "withdrawn": "The offer is withdrawn, and every time in it is free again. The patient’s text may have left "
    "already, and cannot be called back: whoever answers it reads that the time is gone, and waits on.",
    "taken_back": "It is not given to anybody.",
    "over": "The patient waits no more.",
    "asked": "The patient stands on the waitlist.",
}
"""What the page says after an act, by the word in its address."""
CHANGED = "This has changed since you saw it. Nothing was done; this is how it stands now."


@blueprint.before_request
def know_the_zone() -> None:
    """Read the practice before any transaction is open; it is kept for the request."""
    web_page.practice()


@blueprint.get("/waitlist")
@allows(*READS)
def listed() -> ResponseReturnValue:
    """The times and who waits, ranked for the chosen time, or for the soonest that is free."""
    return _page("waitlist/listed.html", opening=True)


@blueprint.get("/waitlist/rows")
@allows(*READS, watching=True)
def rows() -> ResponseReturnValue:
    """The same as it is now, for a page that refreshes itself."""
    return _page("waitlist/rows.html")


@blueprint.post("/waitlist/slots/<int:slot_id>/book")
@allows(*CHANGES)
def book(slot_id: int) -> ResponseReturnValue:
    """She agreed on the telephone: booked in one step."""
    try:
        with db.transaction("waitlist.book") as session:
            filling.book_by_phone(session, _seen(session, slot_id), me().staff_id)
    except filling.Gone as gone:
        return _refused(str(gone))
    return _back("booked")


@blueprint.post("/waitlist/requests/<int:request_id>/undo")
@allows(*CHANGES)
def undo(request_id: int) -> ResponseReturnValue:
    """It was the wrong patient or the wrong time: as it was before."""
    version = forms.row_id("request_version")
    try:
        with db.transaction("waitlist.undo") as session:
            known(session, WaitlistRequest, request_id)
            mistaken.undo(session, request_id, version, me().staff_id)
    except filling.Gone as gone:
        return _refused(str(gone))
    return _back("not_booked")


@blueprint.post("/waitlist/slots/<int:slot_id>/offer")
@allows(*CHANGES)
def offer(slot_id: int) -> ResponseReturnValue:
    """Hold the time for her, and ask her by text."""
    try:
        with db.transaction("waitlist.offer") as session:
            offer_making.make(session, [_seen(session, slot_id)], me().staff_id)
    except filling.Gone as gone:
        return _refused(str(gone))
    return _back("offered")


@blueprint.post("/waitlist/proposals")
@allows(*CHANGES)
def confirm() -> ResponseReturnValue:
    """Offer what was proposed, as it was seen."""
    try:
        with db.transaction("waitlist.confirm") as session:
            offer_making.make(session, _proposed(session), me().staff_id)
    except filling.Gone as gone:
        return _refused(str(gone))
    return _back("proposed")


@blueprint.post("/waitlist/slots/<int:slot_id>/in-turn")
@allows(*CHANGES)
def offer_in_turn(slot_id: int) -> ResponseReturnValue:
    """Ask one after the other of those it suits, until somebody takes it."""
    version = forms.row_id("slot_version")
    with db.transaction("waitlist.in_turn") as session:
        known(session, Slot, slot_id)
        won = in_turn.begin(session, slot_id, version, me().staff_id)
    return _back("in_turn") if won else _refused(CHANGED)


@blueprint.post("/waitlist/slots/<int:slot_id>/stop")
@allows(*CHANGES)
def stop(slot_id: int) -> ResponseReturnValue:
    """Ask nobody else by itself."""
    with db.transaction("waitlist.stop") as session:
        known(session, Slot, slot_id)
        won = in_turn.stop(session, slot_id)
    return _back("stopped") if won else _refused(CHANGED)


@blueprint.post("/waitlist/offers/<int:offer_id>/withdraw")
@allows(*CHANGES)
def withdraw(offer_id: int) -> ResponseReturnValue:
    """Take the offer back: whoever says yes to it now reads that it is gone, and keeps her place. Its times are offered
    to nobody else by themselves."""
    with db.transaction("waitlist.withdraw") as session:
        filling.hold_number(session, known(session, Offer, offer_id).patient_id)
        held = offers.slots_of(session, offer_id)
        won = offers.let_go(session, offer_id, "withdrawn", "by_staff", timeline.by_staff(me().staff_id))
        for slot_id in held:
            in_turn.stop(session, slot_id)
        asked = session.get_one(Offer, offer_id, populate_existing=True).conversation_id is not None
    return _back("withdrawn" if asked else "undone") if won else _refused(CHANGED)


@blueprint.post("/waitlist/slots/<int:slot_id>/take-back")
@allows(*CHANGES)
def take_back(slot_id: int) -> ResponseReturnValue:
    """The time is not to be given to anybody."""
    version = forms.row_id("slot_version")
    with db.transaction("waitlist.take_back") as session:
        known(session, Slot, slot_id)
        won = slots.take_back(session, slot_id, version)
    return _back("taken_back") if won else _refused(CHANGED)


@blueprint.post("/waitlist/requests/<int:request_id>/end")
@allows(*CHANGES)
def end(request_id: int) -> ResponseReturnValue:
    """She does not wait any more; her visit stays as it is."""
    version = forms.row_id("request_version")
    with db.transaction("waitlist.end") as session:
        waits = known(session, WaitlistRequest, request_id)
        filling.hold_number(session, waits.patient_id)
        won = waitlist.end(session, request_id, version, "closed", "by_staff", timeline.by_staff(me().staff_id))
    return _back("over") if won else _refused(CHANGED)


@allows(*CHANGES)
def back(slot_id: int = 0, request_id: int = 0, offer_id: int = 0) -> ResponseReturnValue:  # noqa: ARG001  (whichever address it was)
    """After a refusal the address bar shows where the form went: loading that again leads back to the list."""
    return redirect(url_for("waitlist.listed"), 303)


for _address in (
    "slots/<int:slot_id>/book", "slots/<int:slot_id>/offer", "slots/<int:slot_id>/take-back",
    "slots/<int:slot_id>/in-turn", "slots/<int:slot_id>/stop",
    "proposals", "requests/<int:request_id>/end", "requests/<int:request_id>/undo", "offers/<int:offer_id>/withdraw",
):  # fmt: skip
    blueprint.add_url_rule(f"/waitlist/{_address}", view_func=back, methods=["GET"])


def _seen(session: Session, slot_id: int) -> filling.Seen:
    """The slot and the request as the form showed them; 404 for what is not there."""
    seen = filling.Seen(slot_id, *(forms.row_id(name) for name in ("slot_version", "request", "request_version")))
    known(session, Slot, slot_id)
    known(session, WaitlistRequest, seen.request_id)
    return seen


def _proposed(session: Session) -> list[filling.Seen]:
    """The times, as “7.2 9.1” (id and version each), and the request, as the form showed them."""
    pairs = [each.split(".") for each in forms.text("times").split()]
    waits, version = forms.row_id("request"), forms.row_id("request_version")
    known(session, WaitlistRequest, waits)
    if not 1 <= len(pairs) <= MOST_AT_ONCE or not all(len(each) == 2 and all(map(_is_id, each)) for each in pairs):
        abort(400)
    for slot_id, _ in pairs:
        known(session, Slot, int(slot_id))
    return [filling.Seen(int(slot_id), int(seen), waits, version) for slot_id, seen in pairs]


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _back(done: str) -> ResponseReturnValue:
    return redirect(url_for("waitlist.listed", done=done), 303)


def _refused(sentence: str) -> ResponseReturnValue:
    """The list as it stands now, and why nothing was done (H45)."""
    return _page("waitlist/listed.html", opening=True, refusal=sentence), 409


def _page(template: str, *, opening: bool = False, refusal: str = "") -> str:
    with sealing.gaps_shown(), db.reading("waitlist.listed") as session:
        times = slots_shown.ahead(session)
        chosen = _chosen(times)
        waiting, in_all = waiting_list.waiting(session, chosen)
        proposed, booked = waiting_list.proposed(session), waiting_list.booked(session)
        now_waiting = counts(session)
    if opening:
        with db.transaction("waitlist.looked") as session:
            people.looked_at_list(
                session,
                me().staff_id,
                [each.patient.id for listed in (waiting, proposed, booked) for each in listed],
            )
    return render_template(
        template, times=times, chosen=chosen, waiting=waiting, in_all=in_all, proposed=proposed,
        booked=booked,
        counts=now_waiting, refusal=refusal,
        done=DONE.get(request.args.get("done", ""), ""), may_change=me().role in CHANGES, fragment=not opening,
        picked=request.args.get("slot", ""),
    )  # fmt: skip


def _chosen(times: list[slots_shown.SlotShown]) -> slots_shown.SlotShown | None:
    """The time that was asked for, while it is free; else the soonest free one."""
    free = [each for each in times if each.slot.state == "free"]
    asked = request.values.get("slot", "")
    return next((each for each in free if str(each.slot.id) == asked), free[0] if free else None)
