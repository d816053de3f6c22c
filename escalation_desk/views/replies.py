"""The practice's own replies on a screen: everybody at the desk reads them, a manager writes them."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import db
from app.web import forms
from app.web.access import allows, me
from dialogs.engine.segments import cost
from escalation_desk import replies as written
from escalation_desk.handling import named
from escalation_desk.holding import Refused
from escalation_desk.models import ReplyTemplate
from escalation_desk.views import outspoken, who

replies = Blueprint("replies", __name__, url_prefix="/desk/replies", template_folder="../templates")

BOXES = ("title", "words_en", "words_es")
DONE = {"written": "Saved. It is offered on every item from now on.", "retired": "It is offered no more."}
EXAMPLES = {
    "first_name": "Maximiliano", "practice": "", "phone": "(202) 555-0100", "weekday": "Wednesday",
    "date": "September 28", "time": "12:30 PM", "location": "Main Street",
}  # fmt: skip
"""Long ones, to count how many texts it takes."""


@replies.get("")
@allows(*who.WHO_ACTS)
def listed() -> ResponseReturnValue:
    """All in use."""
    return _page()


@replies.post("")
@allows("manager")
def add() -> ResponseReturnValue:
    """A new one."""
    return _write(None, 0)


@replies.post("/<int(max=2147483647):reply_id>")
@allows("manager")
def change(reply_id: int) -> ResponseReturnValue:
    """Change it as it was shown."""
    return _write(reply_id, forms.row_id("version"))


@replies.post("/<int(max=2147483647):reply_id>/retire")
@allows("manager")
def retire(reply_id: int) -> ResponseReturnValue:
    """Offer it no more."""
    version = forms.row_id("version")
    return _act("retired", reply_id, {}, lambda session: written.retire(session, me().staff_id, reply_id, version))


@replies.get("/<int(max=2147483647):reply_id>")
@replies.get("/<int(max=2147483647):reply_id>/retire")
@allows(*who.WHO_ACTS)
def back(reply_id: int) -> ResponseReturnValue:  # noqa: ARG001
    """Loading again where a form went leads back to the page."""
    return redirect(url_for("replies.listed"), 303)


def _write(at: int | None, version: int) -> ResponseReturnValue:
    typed = {box: forms.text(box) for box in BOXES}
    words = {language: typed[f"words_{language}"] for language in written.LANGUAGES}
    return _act(
        "written", at, typed,
        lambda session: written.write(session, me().staff_id, typed["title"], words, at, version),
    )  # fmt: skip


def _act(done: str, at: int | None, typed: dict[str, str], act: Callable[[Session], None]) -> ResponseReturnValue:
    try:
        with db.transaction("replies.act") as session:
            act(session)
    except Refused as refusal:
        return _page(refusal, at, typed), 409
    return redirect(url_for("replies.listed", done=done), 303)


def _page(refusal: Refused | None = None, at: int | None = None, typed: dict[str, str] | None = None) -> str:
    with db.reading("replies.listed") as session:
        found = written.written(session)
        tells = {each.id: outspoken.sentence(session, f"{each.words_en}\n{each.words_es}") for each in found}
    return render_template(
        "desk/replies.html", found=found, tells=tells, texts={each.id: _texts(each) for each in found},
        facts=written.FACTS, may_change=me().role == "manager", refusal=refusal, refused_at=at,
        typed=typed or dict.fromkeys(BOXES, ""),
        done=DONE.get(request.args.get("done", ""), ""),
    )  # fmt: skip


def _texts(each: ReplyTemplate) -> int:
    """How many texts the longer of both may take."""
    name = "A practice with quite a long name"
    said = (named(name, words.format_map({**EXAMPLES, "practice": name})) for words in (each.words_en, each.words_es))
    return max(cost(words).segments for words in said)
