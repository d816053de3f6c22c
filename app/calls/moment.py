"""One turn of a call with all that is known at it, and the one way out that is always open: a person."""

from dataclasses import dataclass
from typing import cast

from sqlalchemy.orm import Session

from app import settings
from app.calls import owing
from app.calls.answers import Place, Step
from app.calls.hearing import Turn
from app.calls.wording import Voice
from app.inbound import hand_off
from app.inbound.hand_off import FixedText
from app.inbound.scene import Scene
from app.models.calls import PhoneCall
from escalation_desk import items
from escalation_desk.classifier import Reading


@dataclass(frozen=True)
class Moment:
    """reading: of the words, if there are any."""

    session: Session
    call: PhoneCall
    turn: Turn
    scene: Scene
    voice: Voice
    reading: Reading | None

    @property
    def place(self) -> Place:
        return cast("Place", self.call.place)


def connect(now: Moment, *says: str) -> Step:
    """To the practice's telephone; where that would only ring ourselves, a call back."""
    ours = settings.current()
    if ours.practice_phone in ours.numbers or now.turn.from_number == ours.practice_phone:
        step = owing.owed(now.session, now.call, now.scene.patients, "call_nobody")
        return Step(step.place, (*says, *step.says), step.settled_as)
    return Step("connecting", (*says, "call_connecting"))


def hand_over(now: Moment, list_name: items.ListName, reason: str, tells: FixedText | None) -> str:
    """Put the turn before people. What is said of it is said on the line, so nothing is written."""
    stands_on = hand_off.to_people(
        now.session,
        hand_off.HandOff(
            exchange_id=now.scene.exchange_id, contact_point_id=now.scene.point.id, words=now.turn.words,
            patients=now.scene.patients, list=list_name, reason=reason, tells=tells, told=True,
            conversation_id=now.scene.waiting.conversation.id if now.scene.waiting else None,
        ),
        now.scene.stands,
    )  # fmt: skip
    return "escalation" if stands_on == "nurses" else "task"
