"""Conversations: carrying out what the pure dialog engine decides, in the caller's transaction."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, func, literal_column, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app import clock, db
from app.library import versions
from app.messaging import outbox
from app.models.conversations import Conversation
from app.models.outbox import Outbound
from app.talk import answers, disowning, facts, languages, matters, opening, saying
from app.talk.actions import ACTIONS, Case
from app.talk.ends import end as end
from dialogs.engine import turn
from dialogs.engine.model import Dialog
from dialogs.engine.vocabulary import PEOPLE
from escalation_desk import items

ACTED_ON_WITHIN = timedelta(minutes=10)
NAMING_A_DAY = frozenset({"confirm", "decline", "cancel_visit", "preference"})
STILL_ANSWERED = timedelta(days=14)  # how long words may yet mean the last question about health
SAID_NO_MORE = "said_no_more"
REPLIES_AN_HOUR = 4  # a dialog's; the fifth is kept to say that a person will read it (H54, P2)


NOT_OUT = ("pending", "withheld", "failed")
# The contact point stands in both conditions for the sake of the outbox's index, and "live" as a literal for the sake
# of the conversation's: an index over some rows is not used for a parameter. No IN: it is written anew for every run.
_asked_at = (
    select(func.max(Outbound.claimed_at))
    .where(
        Outbound.contact_point_id == Conversation.contact_point_id,
        Outbound.conversation_id == Conversation.id,
        *(Outbound.state != state for state in NOT_OUT),
    )
    .scalar_subquery()
)
_LIVE = select(Conversation, _asked_at).where(
    Conversation.contact_point_id == bindparam("number"), Conversation.state == literal_column("'live'")
)


_conversations = db.table_of(Conversation)
_MOVED = (
    "dialog",
    "dialog_version",
    "turn",
    "place",
    "misses",
    "state",
    "ended_as",
    "silent_at",
    "answer_by",
    "language",
    "saved",
)
_MOVE = (
    update(_conversations)
    .where(_conversations.c.id == bindparam("conversation"), _conversations.c.turn == bindparam("at_turn"))
    .values({name: bindparam(f"new_{name}", type_=_conversations.c[name].type) for name in _MOVED})
)


Say = Callable[[Session, Conversation, tuple[str, ...], int | None], None]
"""How the dialog's answer reaches her: by text, or on the line."""


class Waiting(NamedTuple):
    """A live conversation with its dialog, and when its question left the house (None: it has not)."""

    conversation: Conversation
    dialog: Dialog
    asked_at: datetime | None
    lacks: frozenset[str] = frozenset()  # of several things that its choices stand for those that are not there
    caller: int | None = None  # who is on the line, once she has proved it

    @property
    def place(self) -> turn.Place:
        return turn.Place(self.conversation.place or "", self.conversation.misses, self.lacks)

    def hears(self, received_at: datetime) -> bool:
        """Whether words that came at `received_at` can be an answer: after the question left, within its
        life, and looked at within ten minutes (DESIGN 2)."""
        return (
            self.asked_at is not None
            and self.asked_at <= received_at <= self.conversation.answer_by
            and clock.now() - received_at <= ACTED_ON_WITHIN
        )


def waiting(session: Session, contact_point_id: int) -> Waiting | None:
    """The live conversation of a number."""
    row = session.execute(_LIVE, {"number": contact_point_id}).one_or_none()
    if row is None:
        return None
    conversation: Conversation = row[0]
    dialog = versions.pinned(session, conversation.dialog, conversation.dialog_version)
    return Waiting(conversation, dialog, row[1], matters.lacking(session, conversation, dialog))


def last_asked(session: Session, contact_point_id: int) -> int | None:
    """The conversation whose question a number most likely saw last, live or not."""
    query = select(Conversation.id).where(Conversation.contact_point_id == contact_point_id)
    return session.scalar(query.order_by(Conversation.asked_at.desc()).limit(1))


def last_was_about_health(session: Session, contact_point_id: int) -> bool:
    """Whether the question that a number saw last asked about her health, within the time that a nurse would think of
    it: "no" three days after a check-in answers that."""
    query = select(Conversation.dialog, Conversation.dialog_version).where(
        Conversation.contact_point_id == contact_point_id, Conversation.asked_at > clock.now() - STILL_ANSWERED
    )
    row = session.execute(query.order_by(Conversation.asked_at.desc()).limit(1)).one_or_none()
    return row is not None and versions.pinned(session, row.dialog, row.dialog_version).asks_about_health


def answer(
    session: Session, waits: Waiting, reading: turn.Reading, exchange_id: int, actor: str = "patient",
    say: Say = saying.reply,
) -> str | None:  # fmt: skip
    """Let the dialog answer what was read. Returns why a person must take over, if one must."""
    conversation, dialog = waits.conversation, waits.dialog
    if reading.intent == "language":
        languages.write_in(session, conversation, reading.value)
    read = turn.turn(dialog, waits.place, reading)
    picked = read.picked
    dialog, step = _carried_out(session, waits, reading, read, Case(conversation, exchange_id, actor))
    silenced = picked is None and _said_enough(session, conversation.contact_point_id)
    _move(session, conversation, dialog, step)
    if step.says and not silenced:
        say(session, conversation, step.says, exchange_id)
    opening.note_down(
        session, conversation, "dialog_step", actor, choice=picked, place=conversation.place, ended=step.ends
    )
    if step.begins is not None:
        return disowning.ask(session, conversation.contact_point_id, conversation.patient_id, exchange_id)
    return step.people or ("many_messages" if silenced else None)


def _carried_out(
    session: Session, waits: Waiting, reading: turn.Reading, step: turn.Turn, case: Case
) -> tuple[Dialog, turn.Turn]:
    """The turn that is left when every action is done and every dialog called, and the dialog it belongs to: in the
    version that was in force when the talk began, as the one that called it."""
    talk, dialog, place = case.conversation, waits.dialog, waits.place
    while True:
        if step.saves is not None:
            name, value = step.saves
            answers.keep(talk, name, value or answers.quoted(session, case.exchange_id))
        if step.does is not None and step.picked is not None:
            which = turn.which(dialog, step.place or place, step.picked)
            outcome = ACTIONS[step.does](session, replace(case, which=which))
            opening.note_down(session, talk, "action_done", case.actor, action=step.does, outcome=outcome)
            step = turn.outcome(dialog, step.place or place, step.picked, outcome)
        elif step.hears is not None:
            step = turn.hear_on(dialog, step.hears, reading)
        elif step.calls is not None:
            talk.dialog_version, dialog = versions.when(session, step.calls, talk.created_at)
            talk.dialog, talk.place, place = dialog.name, None, turn.Place(dialog.start)
            step = turn.go_on(dialog, reading)
        else:
            return dialog, step


def may_mean_another_day(session: Session, waits: Waiting, reading: turn.Reading) -> bool:
    """Whether the day or time she names does not go with what she answers: "yes, Friday" or "can't on Mondays" to a
    visit on Tuesday; "Tuesday" as a wish for another day when it is the visit's own (H46). Of several that the question
    names, a day that fits one is no answer for all."""
    if reading.intent not in NAMING_A_DAY or not reading.value:
        return False
    if reading.intent in ("preference", "confirm") and turn.takes_days(waits.dialog, waits.place):
        return False
    own = [facts.names_visit(each, reading.value) for each in matters.visits(session, waits.conversation)]
    return bool(own) and (any(own) if reading.intent == "preference" else not all(own))


def fall_silent(session: Session, conversation: Conversation) -> None:
    """Nobody answered in time: go where the dialog says silence goes."""
    dialog = versions.pinned(session, conversation.dialog, conversation.dialog_version)
    step = turn.silent(dialog, turn.Place(conversation.place or "", conversation.misses))
    _move(session, conversation, dialog, step)
    if step.says:
        saying.ask_again(session, conversation, step.says)
    if step.people is not None:
        items.raise_task(
            session, f"silence:{conversation.id}:{conversation.turn}", step.people, conversation.contact_point_id,
            list_name="nurses" if PEOPLE.get(step.people) == "nurses" else "front_desk",
            patient_id=conversation.patient_id, conversation_id=conversation.id,
            appointment_id=conversation.appointment_id, note=answers.told(conversation),
        )  # fmt: skip
    opening.note_down(
        session, conversation, "dialog_step", "agent", silence=True, place=conversation.place, ended=step.ends
    )


def give_way(session: Session, waits: Waiting) -> None:
    """End it for a newer question; what was asked before stands, where her silence would have left it so."""
    silence = waits.dialog.states[waits.place.state].silence
    then = waits.dialog.states[silence.goes].ends if silence is not None else None
    end(session, waits.conversation.id, then if then == SAID_NO_MORE else "asked_again")


def _move(session: Session, conversation: Conversation, dialog: Dialog, step: turn.Turn) -> None:
    """Go one turn further; guarded by the turn, so that two answers cannot both count (P8)."""
    now = clock.now()
    values = {
        "dialog": dialog.name,
        "dialog_version": conversation.dialog_version,
        "turn": conversation.turn + 1,
        "place": step.place.state if step.place else None,
        "misses": step.place.misses if step.place else 0,
        "state": "live" if step.place else "ended",
        "ended_as": step.ends,
        "silent_at": opening.silent_at(dialog, step.place, now),
        "answer_by": _life_of(session, conversation, dialog, step, now),
        "language": conversation.language,
        "saved": conversation.saved,
    }
    guard = {"conversation": conversation.id, "at_turn": conversation.turn}
    if db.run(session, _MOVE, {**guard, **{f"new_{name}": value for name, value in values.items()}}).rowcount != 1:
        raise RuntimeError(f"conversation {conversation.id} moved while it was answered")
    for name, value in values.items():
        set_committed_value(conversation, name, value)


def _life_of(
    session: Session, conversation: Conversation, dialog: Dialog, step: turn.Turn, now: datetime
) -> datetime:  # fmt: skip
    """Each new question has the life that the first one had."""
    if step.place is None or step.place.state == conversation.place:
        return conversation.answer_by
    return opening.answer_by(dialog, matters.visit(session, conversation), now)


def _said_enough(session: Session, contact_point_id: int) -> bool:
    """Courtesy limit: at five automatic replies in an hour only a person goes on (H54)."""
    since = clock.now() - timedelta(hours=1)
    return outbox.automatic_replies_since(session, contact_point_id, since) >= REPLIES_AN_HOUR
