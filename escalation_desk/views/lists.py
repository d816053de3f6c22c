"""How texts are read: the word lists, what was proposed for them, and the daily sample (issue 4, point 8)."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import db, sealing, timeline
from app.library import word_lists
from app.models.reviews import Proposal
from app.web import forms
from app.web.access import allows, me
from escalation_desk import classifier, missed, proposals, sampling
from escalation_desk.explaining import explained
from escalation_desk.holding import Refused
from escalation_desk.joining import Joined
from escalation_desk.lexicon import Lexicon
from escalation_desk.proposals import Decision
from escalation_desk.views import glossary, looking, reviewed, who
from escalation_desk.views.words import Piece, pieces, reasons

lists = Blueprint("lists", __name__, url_prefix="/lists", template_folder="../templates")

LONGEST_WANTED = 1600
DONE = {
    "taken": "Noted for the word lists. It is written into them with the next version.",
    "left": "Settled without an entry.",
    "marked": "The nurses have these words now, and they are proposed for the word lists.",
    "right": "Noted as right.",
    "missed": "The nurses have these words now, and they are proposed for the word lists.",
}
"""What a page says after an act, by the word in its address."""


@dataclass(frozen=True)
class Tried:
    """What the lists in force make of words that somebody typed."""

    lane: str
    pieces: tuple[Piece, ...]
    why: tuple[str, ...]
    stands: tuple[str, ...]  # files and groups of the entries


@lists.get("")
@allows(*who.WHO_SEES_NURSES)
def show() -> ResponseReturnValue:
    """The lists in force, by group."""
    return _lists_page("")


@lists.post("")
@allows(*who.WHO_SEES_NURSES)
def find() -> ResponseReturnValue:
    """The entries that hold some words, and how a text of these words would be read. What is typed travels in the
    body, since addresses end up in logs, and is kept nowhere (P11)."""
    return _lists_page(forms.text("wanted")[:LONGEST_WANTED])


@lists.get("/groups/<int(max=2147483647):at>")
@allows(*who.WHO_SEES_NURSES)
def group(at: int) -> ResponseReturnValue:
    """One group with all its entries."""
    with db.reading("lists.group") as session:
        found = glossary.groups(word_lists.in_force(session))
        waiting = _waiting(session)
    if at >= len(found):
        abort(404)
    return render_template("lists/group.html", group=found[at], due=waiting)


@lists.get("/proposals")
@allows(*who.WHO_SEES_NURSES)
def proposed() -> ResponseReturnValue:
    """Texts that should have come to the nurses; that they were looked at is recorded."""
    return _proposals_page()


@lists.post("/proposals/<int(max=2147483647):proposal_id>")
@allows("nurse")
def decide(proposal_id: int) -> ResponseReturnValue:
    """For the lists, or not."""
    state = forms.one_of("state", ("taken", "left"))
    decision = Decision(state, forms.text("entry"), forms.text("kind"), forms.text("why"))
    return _act(
        lambda session: proposals.decide(session, proposal_id, me().staff_id, decision),
        url_for("lists.proposed", done=decision.state),
        lambda refusal: _proposals_page(refusal, proposal_id, decision),
    )


@lists.post("/marks")
@allows("nurse")
def mark() -> ResponseReturnValue:
    """“Should have come to us”, from a patient's record or an item; leads back there."""
    exchange, back = forms.row_id("exchange"), _back()
    return _act(
        lambda session: missed.should_have_come(session, exchange, "marked", me().staff_id),
        back, _proposals_page,
    )  # fmt: skip


@lists.get("/sample")
@allows(*who.WHO_SEES_NURSES)
def sample() -> ResponseReturnValue:
    """The next text of the daily sample, and what its verdicts tell so far."""
    return _sample_page()


@lists.post("/sample/<int(max=2147483647):sampled_id>")
@allows("nurse")
def judge(sampled_id: int) -> ResponseReturnValue:
    """Right, or should have come to us."""
    verdict = forms.one_of("verdict", ("right", "missed"))
    return _act(
        lambda session: sampling.judge(session, sampled_id, me().staff_id, verdict),
        url_for("lists.sample", done=verdict), _sample_page,
    )  # fmt: skip


@allows(*who.WHO_SEES_NURSES)
def back_to(**_ids: int) -> ResponseReturnValue:
    """After a refusal the address bar shows where the form went: loading that again leads to a page of these."""
    return redirect(url_for("lists.sample" if "sampled_id" in _ids else "lists.proposed"), 303)


for _rule in ("/proposals/<int(max=2147483647):proposal_id>", "/marks", "/sample/<int(max=2147483647):sampled_id>"):
    lists.add_url_rule(_rule, view_func=back_to, methods=["GET"])


def _act(act: Callable[[Session], None], done: str, refused: Callable[[Refused], str]) -> ResponseReturnValue:
    try:
        with db.transaction("lists.act") as session:
            act(session)
    except Refused as refusal:
        return refused(refusal), 409
    return redirect(done, 303)


def _back() -> str:
    """To the record or the item that the form stood on."""
    if "patient" in request.form:
        return url_for("patients.show", patient_id=forms.row_id("patient"))
    return url_for("desk.item", item_id=forms.row_id("item"), done="marked")


def _waiting(session: Session) -> dict[str, int]:
    """How much waits on each of these pages."""
    undecided = select(func.count()).select_from(Proposal).where(Proposal.state == "open")
    return {"proposals": session.scalar(undecided) or 0, "sample": sampling.waiting(session)}


def _lists_page(wanted: str) -> str:
    with db.reading("lists.show") as session:
        in_force, row, waiting = word_lists.in_force(session), word_lists.newest(session), _waiting(session)
        signed = (row.version, row.reviewer, row.activated_at) if row else None
    tried = _tried(wanted, in_force) if wanted.strip() else None
    return render_template(
        "lists/show.html", version=in_force.version, signed=signed, files=glossary.by_file(in_force), wanted=wanted,
        found=glossary.looked_for(in_force, wanted), most=glossary.MOST_FOUND, tried=tried, due=waiting,
    )  # fmt: skip


def _tried(wanted: str, in_force: Lexicon) -> Tried:
    read = classifier.read(wanted, None, lexicon=in_force)
    kept = explained(Joined(read), wanted, in_force)
    stands = dict.fromkeys(mention["entry"] for mention in kept["mentions"] if mention["entry"])
    return Tried(read.lane, tuple(pieces(wanted, kept["mentions"])), tuple(reasons(kept)), tuple(stands))


def _proposals_page(
    refusal: Refused | None = None, refused_at: int | None = None, typed: Decision | None = None
) -> str:
    with sealing.gaps_shown(), db.reading("lists.proposals") as session:
        shown = {state: reviewed.proposed(session, state) for state in ("open", "taken", "left")}
        waiting = _waiting(session)
    looking.note_texts(me().staff_id, [each.row.exchange_id for some in shown.values() for each in some])
    return render_template(
        "lists/proposals.html", shown=shown, due=waiting, may_decide=me().role == "nurse", refusal=refusal,
        refused_at=refused_at, typed=typed, kinds=glossary.OF_WORDS, done=DONE.get(request.args.get("done", ""), ""),
    )  # fmt: skip


def _sample_page(refusal: Refused | None = None) -> str:
    with sealing.gaps_shown(), db.reading("lists.sample") as session:
        row = sampling.next_one(session)
        text = reviewed.sampled(session, row) if row else None
        figures, waiting = sampling.figures(session), _waiting(session)
    if text is not None:
        with db.transaction("lists.look") as session:
            timeline.looked(session, me().staff_id, "exchange", text.row.exchange_id)
    return render_template(
        "lists/sample.html", text=text, figures=figures, due=waiting, may_judge=me().role == "nurse",
        refusal=refusal, done=DONE.get(request.args.get("done", ""), ""),
    )  # fmt: skip
