"""Handing words over to people: the desk item and the one fixed text that tells the patient (P1, P2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app import practice, settings
from app.contact_points import Behind
from app.library import versions
from app.messaging import outbox
from app.models.outbox import Outbound
from app.talk import facts
from dialogs.engine import render
from escalation_desk import items

FixedText = Literal["hand_off", "emergency", "crisis", "help", "unread", "late_answer"]
SAFETY_TEXTS = ("hand_off", "emergency", "crisis", "help")
ALARMING = ("emergency", "crisis")
BY_THE_OUTBOX = (*SAFETY_TEXTS, "unread", "late_answer")
BY_THE_DOOR = ("emergency", "slow_system")


@dataclass(frozen=True, kw_only=True)
class HandOff:
    """One exchange to hand over: to which list, why, and what the patient is told (None: the dialog told her). `told`:
    she has heard it already, on the line or while the database was away."""

    exchange_id: int
    contact_point_id: int
    patients: Sequence[Behind]
    list: items.ListName
    reason: str
    tells: FixedText | None
    told: bool = False
    conversation_id: int | None = None
    also_wrote: dict[str, Any] | None = None


def to_people(session: Session, hand_off: HandOff, stands: items.Standing) -> str:
    """Put the words on the desk and tell the patient once for each round of the item, and once more when the words
    of a later text are clinical; crisis and emergency words are answered each time they are new, and who asks for
    help is told once how to get it, whatever she was told before (H04). Returns the list where they stand now."""
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
        apart = f":{hand_off.exchange_id}" if alarming else ":help" if hand_off.tells == "help" else ""
        if hand_off.tells in SAFETY_TEXTS:
            _tell(session, hand_off, hand_off.tells, item.id, f"nurses:{this_round}{apart}")
        elif not _handed_to_nurses(session, item.id, f"nurses:{this_round}"):
            _tell(session, hand_off, hand_off.tells, item.id, f"front_desk:{this_round}")
    return item.list


def in_their_language(session: Session, text: str, languages: set[str]) -> str:
    """A standing text in the patient's language; in both when we do not know whose number it is."""
    always = versions.in_force(session).always
    known = facts.of_practice(settings.current(), practice.name(session))
    if len(languages) == 1:
        return render.render(f"_always/{text}", {}, always, next(iter(languages)), known)
    return render.render_both(f"_always/{text}", always, known)


def every_wording(session: Session) -> frozenset[str]:
    """Each way in which a patient can have read that people have her words: out of the outbox, or said by the door
    itself while the database was away. With the emergency line in every one."""
    always, shipped = versions.in_force(session).always, versions.shipped_always()
    known = facts.of_practice(settings.current(), practice.name(session))
    nameless = facts.of_practice(settings.current(), None)
    said = {render.render_both(f"_always/{text}", shipped, nameless) for text in BY_THE_DOOR}
    for text in BY_THE_OUTBOX:
        said.add(render.render_both(f"_always/{text}", always, known))
        said.update(render.render(f"_always/{text}", {}, always, language, known) for language in ("en", "es"))
    return frozenset(said)


def tell_nobody_reads(
    session: Session, contact_point_id: int, languages: set[str], item_id: int, times_opened: int
) -> None:
    """Nobody on call answers: she is told so plainly, and whom to call; once for each round of the item."""
    outbox.post(session, outbox.Draft(
        key=f"nobody:item:{item_id}:{times_opened}", message_class="safety", contact_point_id=contact_point_id,
        body=in_their_language(session, "nobody_on_call", languages),
        language=languages.pop() if len(languages) == 1 else "", text_name="_always/nobody_on_call",
        desk_item_id=item_id,
    ))  # fmt: skip


def _handed_to_nurses(session: Session, item_id: int, key: str) -> bool:
    """Whether she was told of a nurse in this round of the item: then she need not hear less afterwards."""
    told = or_(Outbound.key == key, Outbound.key.startswith(f"{key}:", autoescape=True))
    return session.scalar(select(Outbound.id).where(Outbound.desk_item_id == item_id, told).limit(1)) is not None


def _tell(session: Session, hand_off: HandOff, text: FixedText, item_id: int, key: str) -> None:
    languages = {patient.language for patient in hand_off.patients}
    outbox.post(session, outbox.Draft(
        key=key, message_class="safety" if text in SAFETY_TEXTS else "reply",
        contact_point_id=hand_off.contact_point_id, body=in_their_language(session, text, languages),
        language=languages.pop() if len(languages) == 1 else "", text_name=f"_always/{text}",
        desk_item_id=item_id, exchange_id=hand_off.exchange_id,
    ))  # fmt: skip
