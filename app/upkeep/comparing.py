"""After a restore: what went out and came in since the backup is learned from the carrier, before anything goes (H64).

What waited in the backup is found in the carrier's list, or given to people: it is never sent. Where texts were
exchanged that the restored record does not know, they are written down, a person takes the number up, its dialog ends,
and what is due for it is asked by telephone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock, contact_points, db, numbers, timeline
from app.delivery import evidence
from app.log import log
from app.messaging import outbox
from app.messaging.answers import Listed, ListUnreadable
from app.messaging.delivery import STATE_OF
from app.messaging.gateway import Gateway
from app.models.conversations import Conversation, Exchange
from app.models.outbox import Outbound
from app.models.patients import ContactPoint
from app.models.records import Restoration
from app.outreach import loops, reminders
from app.settings import Settings
from app.talk import conversations
from app.upkeep import restorations, waited
from app.upkeep.waited import Waited
from app.watchers.reconciler import Reconciler
from app.words import clean
from escalation_desk import items

BEFORE = waited.CLOCKS
"""So far before the backup the list is asked for: what was on its way, and clocks that differ."""
LONGEST_WAIT = timedelta(hours=11)
"""A text waits at the carrier for ten hours at most (TWILIO 3.4), and until then its list has no date of it."""
CHUNK = 500
REASON = restorations.REASON


class NotCompared(Exception):
    """Nothing was let go; the message is a sentence."""


@dataclass
class Compared:
    """found: texts of the backup that had left. withheld, doubtful: those that had not, or may have. lost: texts of
    ours that the record did not know; fetched: those of patients. numbers: with whom they were exchanged."""

    fetched: int
    found: int
    withheld: int
    doubtful: int
    lost: int
    numbers: set[int] = field(default_factory=set)


def compare(gateway: Gateway, settings: Settings) -> Compared:
    """Compare, write down, give to people, and only then end the hold. Cut off, it is begun again: what was settled
    stays settled. Raises NotCompared when it is not the time, or the list cannot be read to its end."""
    standing = _standing(settings)
    backed_up_at = min(each.backed_up_at for each in standing)
    fetched = _fetch(gateway, settings, backed_up_at)
    texts = waited.texts(backed_up_at - BEFORE)
    settled = waited.settle(texts, _unknown(_sent(gateway, settings, backed_up_at - BEFORE, texts)))
    lost = [text for text in settled.left if _is_lost(text, backed_up_at)]
    done = Compared(fetched, settled.found, settled.withheld, settled.doubtful, len(lost))
    which = max(each.id for each in standing)
    for shown, theirs in _by_number(lost).items():
        done.numbers.update(_take_up(which, shown, theirs))
    for point_id in _wrote_since(min(each.restored_at for each in standing)):
        _give(which, point_id)
        done.numbers.add(point_id)
    _end_hold(standing, done)
    return done


def _standing(settings: Settings) -> Sequence[Restoration]:
    with db.reading("comparing.begun") as session:
        standing = restorations.standing(session)
    if not standing:
        raise NotCompared("This database was not restored from a backup, or was compared already. Nothing was done.")
    if settings.sends:
        raise NotCompared(
            "SENDING is on: texts would leave at once, before anybody has read what is found. Set SENDING=off, restart "
            "every process, and run this again. Nothing was done."
        )
    if clock.now() < (soonest := max(each.restored_at for each in standing) + evidence.LAG):
        raise NotCompared(
            f"The carrier's list may not hold yet what left last. Run this again after {soonest:%H:%M:%S} UTC."
        )
    return standing


def _fetch(gateway: Gateway, settings: Settings, backed_up_at: datetime) -> int:
    """What patients wrote since, by the reconciler, as far back as the backup."""
    reconciler = Reconciler(gateway, settings, look_back=clock.now() - backed_up_at + BEFORE)
    taken = reconciler.run()
    if reconciler.failed:
        raise NotCompared("The carrier's list of what patients wrote cannot be read to its end. Try again in a while.")
    return taken


def _sent(gateway: Gateway, settings: Settings, since: datetime, texts: Sequence[Waited]) -> list[Listed]:
    """All that we sent since. What still waits at the carrier has no date to be asked by (TWILIO 6.2), and is sought
    among the newest, and among those to each number that a text waited for."""
    sender = settings.twilio_from
    found: dict[str, Listed] = {}
    try:
        found.update((text.sid, text) for text in gateway.texts_of(sender=sender, since=since))
        newest = takewhile(lambda text: _came_since(text, since - LONGEST_WAIT), gateway.texts_of(sender=sender))
        found.update((text.sid, text) for text in newest)
        for number in sorted({text.number for text in texts if text.number is not None}):
            found.update((text.sid, text) for text in gateway.texts_of(sender=sender, to=number))
    except ListUnreadable as error:
        log.warning("list_unreadable", reason=str(error), count=len(found))
        raise NotCompared("The carrier's list of our texts cannot be read to its end. Try again in a while.") from error
    return sorted(found.values(), key=lambda text: (text.created or since, text.sid))


def _came_since(text: Listed, moment: datetime) -> bool:
    return text.created is None or text.created >= moment


def _unknown(texts: list[Listed]) -> list[Listed]:
    """Those that are no row of ours."""
    sids, known = [text.sid for text in texts], set[str | None]()
    with db.reading("comparing.known") as session:
        for start in range(0, len(sids), CHUNK):
            ours = select(Outbound.carrier_id).where(Outbound.carrier_id.in_(sids[start : start + CHUNK]))
            known.update(session.scalars(ours))
    return [text for text in texts if text.sid not in known]


def _is_lost(text: Listed, backed_up_at: datetime) -> bool:
    """Whether the record should know it. The door's own answers in an outage never stood in the outbox: those from
    before the backup are not missed."""
    return _came_since(text, backed_up_at if text.direction != "outbound-api" else backed_up_at - BEFORE)


def _by_number(lost: list[Listed]) -> dict[str, list[Listed]]:
    """Under the numbers as the carrier shows them."""
    found: dict[str, list[Listed]] = {}
    for text in lost:
        found.setdefault(text.to, []).append(text)
    return found


def _take_up(which: int, shown: str, lost: list[Listed]) -> list[int]:
    """Write down what this record lost of a number, and give the number to a person, in one: whatever cuts this off is
    made good by the next try. In doubt whose number it is, nothing is written, and all it may be are given."""
    try:
        number = numbers.as_sender(shown)
    except numbers.BadNumber:
        return _take_up_redacted(which, shown, lost)
    with db.transaction("comparing.lost") as session:
        point = contact_points.lock(session, number)
        for text in lost:
            outbox.write_down(session, point.id, _as_found(text))
        _to_person(session, which, point.id)
        return [point.id]


def _as_found(text: Listed) -> outbox.Found:
    state = STATE_OF.get(text.status, "sent")
    return outbox.Found(text.sid, clean(text.body).words, text.created or clock.now(), state, text.error_code)


def _take_up_redacted(which: int, shown: str, lost: list[Listed]) -> list[int]:
    """A number without its end is everybody's whose number it may be; when it is nobody's here, a person hears of the
    texts themselves."""
    with db.reading("comparing.points") as session:
        ids = session.scalars(select(ContactPoint.id).order_by(ContactPoint.id)).all()
        may_be = [each for each in ids if numbers.may_be(shown, waited.number_of(session, each) or "")]
    for point_id in may_be:
        _give(which, point_id)
    if not may_be:
        with db.transaction("comparing.nobodys") as session:
            note = f"{shown}: {len(lost)}"
            items.raise_task(session, f"restored_texts:{lost[0].sid}", "restored_texts_of_nobody", None, note=note)
    return may_be


def _wrote_since(restored_at: datetime) -> list[int]:
    with db.reading("comparing.wrote") as session:
        fetched = select(Exchange.contact_point_id).where(Exchange.fetched_at >= restored_at).distinct()
        return sorted(session.scalars(fetched))


def _give(which: int, contact_point_id: int) -> None:
    with db.transaction("comparing.number") as session:
        contact_points.hold(session, contact_point_id)
        _to_person(session, which, contact_point_id)


def _to_person(session: Session, which: int, contact_point_id: int) -> None:
    """What was said since is known in part: no dialog goes on from the backup's state, and nobody is asked twice. Once
    for each restoration (`which`)."""
    live = select(Conversation.id).where(
        Conversation.contact_point_id == contact_point_id, Conversation.state == "live"
    )
    for conversation_id in session.scalars(live).all():
        conversations.end(session, conversation_id, REASON)
    patients = contact_points.ids_behind(session, contact_point_id)
    reminders.give_due_to_person(session, patients, REASON)
    loops.give_to_people(session, patients, REASON)
    only = patients[0] if len(patients) == 1 else None
    key = f"restored:{which}:{contact_point_id}"
    items.raise_task(session, key, "restored_gap", contact_point_id, patient_id=only)


def _end_hold(standing: Sequence[Restoration], done: Compared) -> None:
    with db.transaction("comparing.end") as session:
        these = Restoration.id.in_([each.id for each in standing])
        session.execute(update(Restoration).where(these).values(compared_at=clock.now()))
        timeline.append(
            session, "practice", "restored_compared", "agent", found=done.found, withheld=done.withheld,
            doubtful=done.doubtful, lost=done.lost, numbers=len(done.numbers),
        )  # fmt: skip
