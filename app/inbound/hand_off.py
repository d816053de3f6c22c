"""Handing words over to people: the desk item and the one fixed text that tells the patient (P1, P2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import permutations, product
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app import clock, contact_points, practice, settings
from app.contact_points import Behind
from app.inbound import understood
from app.library import versions
from app.messaging import outbox
from app.models.conversations import Exchange
from app.models.outbox import Outbound
from app.models.patients import ContactPoint
from app.talk import facts
from dialogs.engine import render
from dialogs.engine.vocabulary import LANGUAGES
from escalation_desk import items, oncall
from escalation_desk.models import DeskItem, DeskItemWords
from escalation_desk.standing import Standing

FixedText = Literal["hand_off", "emergency", "crisis", "help", "unread", "late_answer", "visit_stays"]
SAFETY_TEXTS = ("hand_off", "emergency", "crisis", "help")
ALARMING = ("emergency", "crisis")
BESIDE_OTHERS = ("help", "visit_stays")
"""Told once in each round of an item, whatever else was."""
NOBODY_TEXTS = ("nobody_on_call", "still_waiting")
GRAVER: tuple[FixedText, ...] = ("late_answer", "unread", "visit_stays", "hand_off", "help", "emergency", "crisis")
"""Each can stand for those before it."""
BY_THE_OUTBOX = GRAVER
BY_THE_DOOR = ("emergency", "slow_system")
NOBODY_AGAIN = timedelta(minutes=30)
"""Between two texts that say that nobody has her words yet."""


@dataclass(frozen=True, kw_only=True)
class HandOff:
    """One exchange to hand over: to which list, why, and what the patient is told (None: the dialog told her). `told`:
    she has heard it already, on the line or while the database was away. `words`: as they came."""

    exchange_id: int
    contact_point_id: int
    words: str
    patients: Sequence[Behind]
    list: items.ListName
    reason: str
    tells: FixedText | None
    told: bool = False
    conversation_id: int | None = None
    also_wrote: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Said:
    """A fixed text for a number, about an item; after which of her words, in which languages one after the other."""

    text: str
    contact_point_id: int
    item_id: int
    exchange_id: int | None
    languages: tuple[str, ...]


class Told(NamedTuple):
    """A text that she was sent: when it was written, after which of her words, and which it was."""

    created_at: datetime
    exchange_id: int | None
    text_name: str


def to_people(session: Session, hand_off: HandOff, stands: Standing) -> str:
    """Put the words on the desk and tell the patient once for each round of the item, and once more when the words
    of a later text are clinical; crisis and emergency words are answered each time they are new, and who asks for
    help is told once how to get it (H04), and who changes her mind that the visit stands, whatever she was told before.
    Returns the list where they stand now."""
    alarming = hand_off.tells in ALARMING
    item = items.take(
        session,
        items.Words(
            exchange_id=hand_off.exchange_id,
            contact_point_id=hand_off.contact_point_id,
            list=hand_off.list,
            reason=hand_off.reason,
            rank=items.CRISIS_RANK if alarming else items.USUAL_RANK,
            patient_id=hand_off.patients[0].id if len(hand_off.patients) == 1 else None,
            conversation_id=hand_off.conversation_id,
            also_wrote=hand_off.also_wrote,
        ),
        stands,
    )
    if hand_off.tells is not None and not hand_off.told:
        this_round = f"item:{item.id}:{item.times_opened}"
        beside = f":{hand_off.tells}" if hand_off.tells in BESIDE_OTHERS else ""
        apart = f":{hand_off.exchange_id}" if alarming else beside
        told = None
        if hand_off.tells in SAFETY_TEXTS:
            told = _tell(session, hand_off, hand_off.tells, item.id, f"nurses:{this_round}{apart}")
        elif not _heard_as_much(session, item.id, hand_off.tells, this_round):
            told = _tell(session, hand_off, hand_off.tells, item.id, f"front_desk:{this_round}{apart}")
        if told is None and item.unanswered_at is not None and item.state == "open":
            _tell_nobody_reads_again(session, item)
    return item.list


def _heard_as_much(session: Session, item_id: int, text: FixedText, this_round: str) -> bool:
    """Whether she was told so much in this round: of a person, or more, of a nurse."""
    told = ("nurses",) if text in BESIDE_OTHERS else ("nurses", "front_desk")
    return any(_told_last(session, item_id, f"{to}:{this_round}") is not None for to in told)


def in_languages(session: Session, text: str, languages: Iterable[str]) -> str:
    """A standing text in these languages, one after the other."""
    known = facts.of_practice(settings.current(), practice.name(session))
    return render.render_in(languages, f"_always/{text}", versions.in_force(session).always, known)


def every_wording(session: Session) -> frozenset[str]:
    """Each way in which a patient can have read that people have her words: out of the outbox, or said by the door
    itself while the database was away. With the emergency line in every one."""
    always, shipped = versions.in_force(session).always, versions.shipped_always()
    known = facts.of_practice(settings.current(), practice.name(session))
    nameless = facts.of_practice(settings.current(), None)
    said = {render.render_both(f"_always/{text}", shipped, nameless) for text in BY_THE_DOOR}
    for text, many in product(BY_THE_OUTBOX, range(1, len(LANGUAGES) + 1)):
        said.update(render.render_in(each, f"_always/{text}", always, known) for each in permutations(LANGUAGES, many))
    return frozenset(said)


def tell_what_was_refused(session: Session, item: DeskItem, patients: Sequence[Behind], exchange_id: int) -> None:
    """Texts reach her number again: what she was to read in this round of the item and the carrier did not let through
    she reads now, the gravest of it, once (H21). A definite failure may have a new attempt (P5)."""
    this_round = f"item:{item.id}:{item.times_opened}"
    of_round = or_(*(_goes_on_from(f"{to}:{this_round}") for to in ("nurses", "front_desk")))
    sent = select(Outbound.text_name, Outbound.state, Outbound.exchange_id)
    refused: dict[int, int | None] = {}  # by its weight: after which of her words
    for name, state, after in session.execute(
        sent.where(Outbound.desk_item_id == item.id, of_round).order_by(Outbound.id)
    ):
        weight = [f"_always/{text}" for text in GRAVER].index(name)
        refused = {other: its for other, its in refused.items() if other > weight}
        if state in ("failed", "withheld"):
            refused[weight] = after
    if refused and item.contact_point_id is not None:
        text = GRAVER[max(refused)]
        to = "nurses" if text in SAFETY_TEXTS else "front_desk"
        words = _words(session, refused[max(refused)])
        said = Said(
            text=text, contact_point_id=item.contact_point_id, item_id=item.id, exchange_id=exchange_id,
            languages=_understood(text, patients, words),
        )  # fmt: skip
        _say(session, said, f"{to}:{this_round}:again:{exchange_id}")


def tell_nobody_reads(session: Session, item: DeskItem) -> None:
    """Nobody takes her words: she is told so plainly, and whom to call (H16). Once for each round of the item."""
    if _told_last(session, item.id, _nobody(item)) is None:
        _say_that_nobody_reads(session, item, "")
    else:
        _tell_nobody_reads_again(session, item)


def _tell_nobody_reads_again(session: Session, item: DeskItem) -> None:
    """What she goes on to write once she was told so is answered so, too, and nobody lets her think that a nurse is at
    work who has gone home since; never twice within half an hour."""
    told = _told_last(session, item.id, _nobody(item))
    if told is None or clock.now() - told.created_at < NOBODY_AGAIN:
        return
    newest = _newest_words(session, item.id)
    if told.exchange_id is not None and newest > told.exchange_id:
        _say_that_nobody_reads(session, item, f":{newest}")
    elif told.text_name == "_always/still_waiting" and not oncall.at_work(session, clock.now()):
        _say_that_nobody_reads(session, item, ":gone_home")


def _say_that_nobody_reads(session: Session, item: DeskItem, apart: str) -> None:
    """That none can, or, while nurses are at work, that none has yet; not to a number that wants no texts (P9)."""
    number = item.contact_point_id
    stopped = select(ContactPoint.id).where(ContactPoint.id == number, ContactPoint.opted_out_at.is_not(None))
    if number is None or session.scalar(stopped) is not None:
        return
    newest = _newest_words(session, item.id) or None
    behind, words = contact_points.languages_behind(session, number), _words(session, newest)
    said = Said(
        text="still_waiting" if oncall.at_work(session, clock.now()) else "nobody_on_call",
        contact_point_id=number, item_id=item.id, exchange_id=newest,
        languages=understood.languages(behind, words, warning=item.rank == items.CRISIS_RANK),
    )  # fmt: skip
    _say(session, said, f"{_nobody(item)}{apart}")


def _nobody(item: DeskItem) -> str:
    return f"nobody:item:{item.id}:{item.times_opened}"


def _newest_words(session: Session, item_id: int) -> int:
    newest = select(func.max(DeskItemWords.exchange_id)).where(DeskItemWords.desk_item_id == item_id)
    return session.scalar(newest) or 0


def _told_last(session: Session, item_id: int, key: str) -> "Told | None":
    """What she was told last under a key of one round of the item, or under one that goes on from it."""
    columns = Outbound.created_at, Outbound.exchange_id, Outbound.text_name
    mine = select(*columns).where(Outbound.desk_item_id == item_id, _goes_on_from(key))
    row = session.execute(mine.order_by(Outbound.id.desc()).limit(1)).one_or_none()
    return Told(*row) if row is not None else None


def _goes_on_from(key: str) -> ColumnElement[bool]:
    return or_(Outbound.key == key, Outbound.key.startswith(f"{key}:", autoescape=True))


def _tell(session: Session, hand_off: HandOff, text: FixedText, item_id: int, key: str) -> int | None:
    return _say(session, Said(
        text=text, contact_point_id=hand_off.contact_point_id, item_id=item_id, exchange_id=hand_off.exchange_id,
        languages=_understood(text, hand_off.patients, hand_off.words),
    ), key)  # fmt: skip


def _understood(text: FixedText, patients: Sequence[Behind], words: str) -> tuple[str, ...]:
    return understood.languages((patient.language for patient in patients), words, warning=text in ALARMING)


def _words(session: Session, exchange_id: int | None) -> str:
    return session.scalar(select(Exchange.body).where(Exchange.id == exchange_id)) or ""


def _say(session: Session, said: Said, key: str) -> int | None:
    """Write it down, once for each key; None when it was said already."""
    return outbox.post(session, outbox.Draft(
        key=key, message_class="safety" if said.text in (*SAFETY_TEXTS, *NOBODY_TEXTS) else "reply",
        contact_point_id=said.contact_point_id, body=in_languages(session, said.text, said.languages),
        language=said.languages[0] if len(said.languages) == 1 else "", text_name=f"_always/{said.text}",
        desk_item_id=said.item_id, exchange_id=said.exchange_id,
    ))  # fmt: skip
