"""The practice's replies with what is known of this item, ready to be put into the box."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app import practice, settings
from app.scheduling import booking
from app.talk import facts
from escalation_desk import replies
from escalation_desk.models import DeskItem
from escalation_desk.views.about import About
from escalation_desk.views.people import Caller


@dataclass(frozen=True, slots=True)
class Ready:
    """One reply in one language; `other`: not the one in which the patient is written to."""

    title: str
    words: str
    language: str
    other: bool


def ready(session: Session, item: DeskItem, caller: Caller, visit: About | None) -> list[Ready]:
    """All that can be said here, the patient's own language first. One that names what is not known is left out."""
    own = {patient.language for patient in caller.patients} or {"en", "es"}
    found = []
    for language in sorted(replies.LANGUAGES, key=lambda each: each not in own):
        known = _known(session, item, caller, visit, language)
        for each in replies.written(session):
            words = replies.filled(each.words_en if language == "en" else each.words_es, known)
            if words is not None:
                found.append(Ready(each.title, words, language, language not in own))
    return found


def _known(
    session: Session, item: DeskItem, caller: Caller, visit: About | None, language: str
) -> Mapping[str, str]:  # fmt: skip
    """Facts of the visit that the item is about, or of the one patient behind the number; a shared number has no
    name (H25)."""
    current, name = settings.current(), practice.name(session)
    if visit is not None and not visit.cancelled and item.appointment_id is not None:
        return facts.of_visit(current, booking.visit(session, item.appointment_id), language)
    if len(caller.patients) == 1:
        return facts.of_patient(current, name, caller.patients[0].first_name)
    return facts.of_practice(current, name)
