"""How much of the record each role reads: the front desk sees that the nurses have words, not the words (P11)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.models.conversations import Exchange
from app.models.outbox import Outbound
from app.timeline import Happening
from escalation_desk.models import DeskItem, DeskItemWords

WITHOUT_THEIR_WORDS = "front_desk"
"""The role that works beside the nurses and not for them."""

INSTEAD = {"text_received": "wrote_to_nurses", "text_written": "text_for_nurses", "note_written": "note_for_nurses"}
"""What is told in place of an entry whose words are for the nurses."""

REVEALING = ("reason", "disposition")
"""Details that say of what kind the nurses' words are."""


POINTERS = ("exchange", "item", "outbound", "list", "owned_by")
"""Details by which it is known whose words an entry holds."""


@dataclass(frozen=True)
class _Nurses:
    """What stands on the nurses' list now, or stood there when it was closed: ids of each."""

    exchanges: frozenset[int]
    items: frozenset[int]
    texts: frozenset[int]

    def have(self, happening: Happening) -> bool:
        details = happening.details
        return (
            details.get("exchange") in self.exchanges
            or details.get("item") in self.items
            or details.get("outbound") in self.texts
            or (happening.kind in ("put_on_desk", "task_raised", "corrected") and details.get("list") == "nurses")
            or details.get("owned_by") == "nurses"
        )


def readable(session: Session, role: str, happenings: Iterable[Happening]) -> list[Happening]:
    """The entries as this role may read them: when something passed and with whom, for everybody."""
    found = list(happenings)
    if role != WITHOUT_THEIR_WORDS:
        return found
    nurses = _of_nurses(session, found)
    return [_without_words(each) if nurses.have(each) else each for each in found]


def may_read_text(session: Session, role: str, exchange_id: int) -> bool:
    """Whether this role reads the words of a text."""
    return role != WITHOUT_THEIR_WORDS or exchange_id not in _theirs(session, {exchange_id})


def _without_words(happening: Happening) -> Happening:
    details = {name: value for name, value in happening.details.items() if name not in REVEALING}
    kind = INSTEAD.get(happening.kind, happening.kind)
    return replace(happening, kind=kind, details=details, words=None)


def _of_nurses(session: Session, found: Sequence[Happening]) -> _Nurses:
    def pointed(name: str) -> set[int]:
        return {each.details[name] for each in found if isinstance(each.details.get(name), int)}

    theirs = DeskItem.list == "nurses"
    texts = select(Outbound.id).join(DeskItem, DeskItem.id == Outbound.desk_item_id)
    return _Nurses(
        _theirs(session, pointed("exchange")),
        frozenset(session.scalars(select(DeskItem.id).where(DeskItem.id.in_(pointed("item")), theirs))),
        frozenset(session.scalars(texts.where(Outbound.id.in_(pointed("outbound")), theirs))),
    )


def _theirs(session: Session, exchange_ids: set[int]) -> frozenset[int]:
    """Of these texts those whose words are the nurses'."""
    theirs = DeskItem.list == "nurses"
    query = (
        select(Exchange.id)
        .outerjoin(DeskItemWords, DeskItemWords.exchange_id == Exchange.id)
        .outerjoin(DeskItem, DeskItem.id == DeskItemWords.desk_item_id)
        .where(Exchange.id.in_(exchange_ids), or_(theirs, DeskItem.id.is_(None) & (Exchange.lane == "clinical")))
    )
    return frozenset(session.scalars(query))
