"""What we say: every dialog as a conversation and as a picture, with its proof and who reviewed it (issue 5)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import db
from app.library import versions, word_lists
from app.models.records import LibraryVersion
from app.screens.graph import HIGH, WIDE, WIDTH, drawn
from app.screens.roles import READS
from app.screens.rows import known
from app.web import times
from app.web.access import allows
from app.web.dialog_words import ENDINGS
from app.web.page import zone
from app.web.reasons import REASONS
from dialogs.engine.check import RULES, check
from dialogs.engine.facts import examples
from dialogs.engine.model import NUMBER, Always, Answer, Choice, Dialog, DialogFaults, State, called
from dialogs.engine.parse import parse_dialog
from dialogs.engine.play import duration
from dialogs.engine.render import fill, render
from dialogs.engine.vocabulary import LANGUAGES, PEOPLE
from escalation_desk import classifier
from escalation_desk.lexicon import Lexicon

blueprint = Blueprint("dialogs", __name__, url_prefix="/dialogs", template_folder="templates")

DOES = {
    "confirm_appointment": "confirms the appointment",
    "confirm_visits": "confirms every visit of that day that was asked about",
    "ask_for_another_time": "task for the front desk: another time is wanted",
    "wait_no_more": "off the waitlist: no other time is wanted",
    "ask_to_book": "task for the front desk: a visit is wanted",
    "ask_for_call": "task for the front desk: a call is wanted",
    "agree_to_texts": "keeps that texts are welcome",
    "use_other_language": "goes on in the other language",
    "confirm_one": "confirms that one visit, and no other",
    "ask_for_one": "task for the front desk: that one visit is wanted at another time",
    "accept_offer": "books that time, frees the others and gives up the earlier visit",
    "decline_offer": "gives the offered times back; the patient waits on",
    "detach_number": "detaches the number; task for the front desk: find the right one",
    "keep_place": "the patient goes on waiting, first in line",
    "leave_waitlist": "gives the offered times back; the patient waits no more",
}
ABOUTS = {
    "appointment": "an appointment",
    "day": "the appointments of one day",
    "patient": "a patient",
    "offer": "times that are offered",
    "shared": "the appointments of those who share a phone",
}
OUTCOMES = {
    "done": "",
    "changed": "if the appointment has changed meanwhile",
    "gone": "if the time is gone meanwhile",
    "more": "while others are not answered",
}
READERS = {"nurses": "the nurses", "front_desk": "the front desk"}


@dataclass(frozen=True)
class Answered:
    """One way on: what the patient does, in each language, what we do then, and to which states it leads."""

    key: str
    said: Mapping[str, str]
    does: str
    to: tuple[tuple[str, str], ...]  # (when, state)


@dataclass(frozen=True)
class Said:
    """One state as a nurse reads it: our words with believable names, and all that may follow."""

    name: str
    words: Mapping[str, str]
    spoken: Mapping[str, str]
    answers: tuple[Answered, ...]
    ending: str


@blueprint.get("")
@allows(*READS)
def listed() -> ResponseReturnValue:
    """All dialogs in force, with what the proof says of each."""
    with db.reading("dialogs.listed") as session:
        shown = [(row, parse_dialog(row.name, row.body), _faults(session, row)) for row in _newest(session)]
    return render_template("dialogs/listed.html", shown=shown, rules=len(RULES), day=_day)


@blueprint.get("/<int:version_id>")
@allows(*READS)
def show(version_id: int) -> ResponseReturnValue:
    """One version of a dialog, in force or not: old ones stay readable."""
    with db.reading("dialogs.show") as session:
        row = known(session, LibraryVersion, version_id)
        if row.kind != versions.DIALOG_KIND:
            abort(404)
        try:
            dialog = parse_dialog(row.name, row.body)
        except DialogFaults as error:  # written for another Handrail: it stays readable all the same
            return render_template("dialogs/unreadable.html", row=row, faults=list(map(str, error.faults)))
        always = versions.in_force(session).always
        return render_template(
            "dialogs/show.html", row=row, dialog=dialog, branches=drawn(dialog), width=WIDTH, wide=WIDE, high=HIGH,
            faults=_faults(session, row),
            states=list(_said(dialog, always)), versions=_versions(session, row.name), rules=len(RULES),
            life=duration(dialog.life), about=ABOUTS, languages={"en": "English", "es": "Spanish"}, day=_day,
        )  # fmt: skip


def _day(at: datetime) -> str:
    return times.local(at, zone().key)


def _newest(session: Session) -> list[LibraryVersion]:
    """The version in force of every dialog, by name."""
    found: dict[str, LibraryVersion] = {}
    query = select(LibraryVersion).where(LibraryVersion.kind == versions.DIALOG_KIND).order_by(LibraryVersion.version)
    in_force = versions.in_force(session).dialogs
    for row in session.scalars(query):
        if row.name in in_force and row.version == in_force[row.name].version:
            found[row.name] = row
    return [found[name] for name in sorted(found)]


def _versions(session: Session, name: str) -> list[LibraryVersion]:
    query = select(LibraryVersion).where(LibraryVersion.kind == versions.DIALOG_KIND, LibraryVersion.name == name)
    return list(session.scalars(query.order_by(LibraryVersion.version.desc())))


def _faults(session: Session, row: LibraryVersion) -> tuple[str, ...]:
    """What the proof of today says about a version, by the word lists in force."""
    return _proof(row.name, row.body, word_lists.load(session).lexicon, versions.in_force(session))


@lru_cache(maxsize=128)
def _proof(name: str, body: str, lexicon: Lexicon, shelf: versions.Shelf) -> tuple[str, ...]:
    try:
        dialog = parse_dialog(name, body)
    except DialogFaults as error:
        return tuple(map(str, error.faults))
    mine = f"dialogs/{name}.toml"
    found = check(
        {name: dialog}, Always({}, ""), clinical_words=lambda text: classifier.mentions_health(text, lexicon),
        beside={other: pinned.dialog for other, pinned in shelf.dialogs.items()},
    )  # fmt: skip
    return tuple(str(fault) for fault in found if fault.address.startswith(mine))


def _said(dialog: Dialog, always: Always) -> Iterator[Said]:
    for state in dialog.states.values():
        yield Said(
            name=state.name.replace("_", " "),
            words=_words(dialog, always, state, "sms") if state.say else {},
            spoken=_words(dialog, always, state, "voice") if state.speak else {},
            answers=tuple(_answers(state)),
            ending=_ending(state),
        )


def _words(dialog: Dialog, always: Always, state: State, channel: str) -> Mapping[str, str]:
    reference = f"{dialog.name}/{state.name}"
    return {
        language: render(reference, {dialog.name: dialog}, always, language, examples(language), channel)
        for language in LANGUAGES
    }


def _answers(state: State) -> Iterator[Answered]:
    for way in state.ways:
        does = DOES.get(way.does or "", "")
        to = tuple((OUTCOMES.get(outcome, outcome), _target(target)) for outcome, target in way.goes.items())
        yield Answered(_key(way), _label(way), does, to)
    if state.silence is not None:
        after = duration(state.silence.after)
        nobody = {"en": f"no answer for {after}", "es": f"sin respuesta por {after}"}
        yield Answered("…", nobody, "", (("", state.silence.goes.replace("_", " ")),))


def _target(target: str) -> str:
    other = called(target)
    return target.replace("_", " ") if other is None else f"the dialog “{other.replace('_', ' ')}”"


def _key(way: Choice | Answer) -> str:
    return str(way.number) if isinstance(way, Choice) else "✎"


def _label(way: Choice | Answer) -> Mapping[str, str]:
    if isinstance(way, Choice):
        return {language: fill(way.label[language], examples(language)) for language in LANGUAGES}
    return {
        "date": {"en": "writes a day", "es": "escribe una fecha"},
        "time": {"en": "writes an hour", "es": "escribe una hora"},
        NUMBER: {"en": "a number from 0 to 10", "es": "un número del 0 al 10"},
    }.get(way.type, {"en": "writes in her own words", "es": "escribe con sus propias palabras"})


def _ending(state: State) -> str:
    if state.ends is None:
        return ""
    ending = f"The talk ends: {ENDINGS.get(state.ends, state.ends)}."
    if state.people is None:
        return ending
    return f"{ending} It is put before {READERS[PEOPLE[state.people]]}: {REASONS[state.people]}."
