"""Texts that should have come to the nurses: each is proposed once for the word lists, and one nurse decides."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock, db, timeline
from app.models.conversations import Exchange
from app.models.reviews import Proposal
from escalation_desk.holding import Refused
from escalation_desk.models import DeskItemWords
from escalation_desk.reading import CLINICAL_KINDS

LONGEST_ENTRY, LONGEST_WHY = 200, 1000


@dataclass(frozen=True)
class Decision:
    """`taken`: with the words that tell it and their kind; `left`: why the lists need nothing, if anything is said."""

    state: str
    entry: str = ""
    kind: str = ""
    why: str = ""


def propose(session: Session, exchange_ids: Iterable[int], source: str, staff_id: int) -> None:
    """Those of these texts that did not come to the nurses by themselves; each once, whoever says it first."""
    missed = select(Exchange.id, Exchange.contact_point_id).where(
        Exchange.id.in_(list(exchange_ids)), Exchange.lane.is_distinct_from("clinical")
    )
    for row in session.execute(missed.order_by(Exchange.id)).all():
        new = db.put(session, Proposal, {
            "exchange_id": row.id, "source": source, "proposed_by": staff_id, "proposed_at": clock.now(),
            "state": "open",
        })  # fmt: skip
        if new is not None:
            timeline.append(
                session, timeline.of_number(row.contact_point_id), "proposed_for_lists", timeline.by_staff(staff_id),
                exchange=row.id, source=source,
            )  # fmt: skip


def propose_item(session: Session, item_id: int, staff_id: int) -> None:
    """The texts on an item of which somebody says “this is clinical”: those that were not understood, or if all of them
    seemed to be, all of them."""
    on_it = select(Exchange.id, Exchange.lane).join(DeskItemWords, DeskItemWords.exchange_id == Exchange.id)
    rows = session.execute(on_it.where(DeskItemWords.desk_item_id == item_id)).all()
    not_understood = [row.id for row in rows if row.lane != "routine"]
    propose(session, not_understood or [row.id for row in rows], "called_clinical", staff_id)


def markable(session: Session, exchange_ids: Iterable[int]) -> frozenset[int]:
    """Which of these texts a nurse may say of that they should have come to her: not clinical, not said yet."""
    ids = list(exchange_ids)
    if not ids:
        return frozenset()
    said = select(Proposal.exchange_id).where(Proposal.exchange_id == Exchange.id)
    query = select(Exchange.id).where(Exchange.id.in_(ids), Exchange.lane.is_distinct_from("clinical"), ~said.exists())
    return frozenset(session.scalars(query))


def decide(session: Session, proposal_id: int, staff_id: int, decision: Decision) -> None:
    """What becomes of a proposal; of two nurses one decides (P8). Raises Refused."""
    for ask in _asks(decision):
        raise ask
    taken = decision.state == "taken"
    won = db.changed(
        session,
        update(Proposal)
        .where(Proposal.id == proposal_id, Proposal.state == "open")
        .values(
            state=decision.state, decided_by=staff_id, decided_at=clock.now(),
            entry=decision.entry.strip() if taken else None, kind=decision.kind if taken else None,
            why=decision.why.strip() or None,
        ),
    )  # fmt: skip
    if not won:
        raise Refused("Somebody else has decided this already. Please look again.")
    timeline.append(
        session, timeline.of_staff(staff_id), "proposal_decided", timeline.by_staff(staff_id),
        proposal=proposal_id, state=decision.state,
    )  # fmt: skip


def _asks(decision: Decision) -> Iterable[Refused]:
    if decision.state == "taken" and not decision.entry.strip():
        yield Refused("Please write the words that tell it, as a patient would.", "entry")
    if decision.state == "taken" and decision.kind not in CLINICAL_KINDS:
        yield Refused("Please choose what kind of words they are.", "kind")
    if len(decision.entry) > LONGEST_ENTRY:
        yield Refused(f"The words have {len(decision.entry)} characters; {LONGEST_ENTRY} fit.", "entry")
    if len(decision.why) > LONGEST_WHY:
        yield Refused(f"The reason has {len(decision.why)} characters; {LONGEST_WHY} fit.", "why")
