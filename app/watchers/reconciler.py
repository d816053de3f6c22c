"""The reconciler: what patients wrote and the door never saw is fetched from the carrier's list (P4, H59).

Words fetched late never act as a choice (DESIGN 2): clinical ones go to the nurses, an opt-out counts, all else goes to
the front desk. What came before this practice began, and what the spool still holds, is left alone (decision 0025).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app import clock, db, numbers, spool
from app.inbound import hand_off, receiving
from app.inbound.scene import InboundText
from app.log import error_name, log
from app.messaging.answers import Listed, ListUnreadable
from app.messaging.gateway import Gateway
from app.models.conversations import Exchange
from app.models.records import LibraryVersion
from app.settings import Settings
from app.upkeep import restorations
from app.watchers import heartbeats
from app.words import clean
from escalation_desk import items
from escalation_desk.models import DeskItem

EVERY = 200.0
"""Seconds. With the minute that a webhook is given, every text is taken in within five."""
LOOK_BACK = timedelta(hours=24)
YOUNG = timedelta(minutes=1)
"""The carrier tries for a quarter of a minute, its fallback as long again; then nobody brings the text any more."""
MARGIN = timedelta(hours=1)
TRIES = 2
FAILS = 3
CHUNK = 500
LONGEST_SENDER = 64
MESSAGE_SID = re.compile(r"(SM|MM)[0-9a-f]{32}")
NOT_SENT = frozenset({"failed", "undelivered", "canceled"})


@dataclass
class Reconciler:
    """One for each process that reconciles; `failed` counts the rounds in a row in which the list broke off."""

    gateway: Gateway
    settings: Settings
    failed: int = 0
    look_back: timedelta = LOOK_BACK

    def run(self) -> int:
        """One round: take in what is listed and unknown, the oldest first; how many. A list that breaks off loses
        nothing: what came before the break is taken in now, the rest with a later round."""
        began = _began()
        if began is None:
            return 0
        listed, whole = self._listed()
        ours = [text for text in listed if _came(text) >= began]
        if len(ours) < len(listed):
            _tell_of_earlier(len(listed) - len(ours))
        missed = self._missed(ours)
        said = self._said_since(missed)
        taken = sum(_take_in(text, said) for text in missed)
        self._account_for(whole)
        return taken

    def _listed(self) -> tuple[list[Listed], bool]:
        """What was written to our numbers and is old enough, and whether that is all of it: a list that breaks off is
        asked for once more at once."""
        found: dict[str, Listed] = {}
        for _ in range(TRIES):
            try:
                found.update((text.sid, text) for text in self._inbound())
            except ListUnreadable as error:
                log.warning("list_unreadable", reason=str(error), count=len(found))
            else:
                return list(found.values()), True
        return list(found.values()), False

    def _inbound(self) -> Iterator[Listed]:
        now = clock.now()
        for number in sorted(self.settings.numbers):
            for text in self.gateway.texts_of(to=number, since=now - self.look_back - MARGIN):
                age = now - _came(text) if text.created is not None else YOUNG
                if text.direction == "inbound" and YOUNG <= age <= self.look_back:
                    yield text

    def _missed(self, listed: list[Listed]) -> list[Listed]:
        """Those that are neither in the database nor in the spool, in the order they were written."""
        directory = self.settings.spool_dir
        here = {key.removesuffix("again") for key in spool.keys(directory)} if directory is not None else set()
        sids = [text.sid for text in listed]
        with db.reading("reconciler.known") as session:
            for start in range(0, len(sids), CHUNK):
                here.update(session.scalars(select(Exchange.key).where(Exchange.key.in_(sids[start : start + CHUNK]))))
        return sorted((text for text in listed if text.sid not in here), key=lambda text: (_came(text), text.sid))

    def _said_since(self, missed: list[Listed]) -> list[Listed]:
        """The fixed texts that the carrier has sent since the first of these: by the door, while the database was away
        and with a spool that was lost, or in a history that was lost. In doubt none, and patients are told again. After
        a restore all our texts count: that history answered, and "a person will read it" would come hours late (H64).
        """
        if not missed:
            return []
        with db.reading("reconciler.wordings") as session:
            wordings = None if restorations.held(session) else hand_off.every_wording(session)
        try:
            sent = [
                text
                for number in sorted({text.to for text in missed})
                for text in self.gateway.texts_of(sender=number, since=_came(missed[0]))
            ]
        except ListUnreadable as error:
            log.warning("list_unreadable", reason=str(error))
            return []
        told = [text for text in sent if wordings is None or text.body in wordings]
        return [text for text in told if text.status not in NOT_SENT]

    def _account_for(self, whole: bool) -> None:
        """People hear of a list that has failed several rounds in a row, as long as it does."""
        self.failed = 0 if whole else self.failed + 1
        if whole:
            heartbeats.beat("reconciler")
        elif self.failed >= FAILS:
            _tell_of_list()


def _began() -> datetime | None:
    """When this practice first put its dialogs in force: no patient was ours before. None: it has not begun. The
    carrier's dates have no fractions."""
    with db.reading("reconciler.began") as session:
        at = session.scalar(select(func.min(LibraryVersion.activated_at)))
    return at.replace(microsecond=0) if at is not None else None


def _take_in(text: Listed, said: Iterable[Listed]) -> bool:
    """Whether it is in now. What cannot be taken in holds up no other, and its words go to a nurse."""
    if not MESSAGE_SID.fullmatch(text.sid):
        log.error("listed_text_without_id")
        return False
    heard = any(one.to == text.sender and _came(one) >= _came(text) for one in said)
    try:
        receiving.receive(_inbound_text(text, heard))
    except Exception as error:  # whatever it is, a person hears of it
        if db.gone(error):
            raise
        log.error("fetched_text_not_taken_in", error=error_name(error), carrier_id=text.sid)
        if not isinstance(error, db.DATABASE_AWAY):  # else somebody has its rows: the next round
            _tell_nurses(text)
        return False
    log.warning("text_fetched", carrier_id=text.sid)
    return True


def _inbound_text(text: Listed, heard: bool) -> InboundText:
    """As the door would have made it, with the carrier's own date."""
    cleaned = clean(text.body)
    sender, can_be_texted = _sender(text)
    return InboundText(
        key=text.sid, from_number=sender, to_number=text.to, body=cleaned.words, raw=cleaned.raw,
        media_count=text.media_count, can_be_texted=can_be_texted, received_at=_came(text), fetched_at=clock.now(),
        heard_since=heard,
    )  # fmt: skip


def _came(text: Listed) -> datetime:
    return text.created or clock.now()


def _sender(text: Listed) -> tuple[str, bool]:
    """Who wrote, and whether it can be texted; a redacted number cannot, and is nobody's for sure."""
    try:
        return numbers.as_sender(text.sender), True
    except numbers.BadNumber:
        shown = "".join(sign for sign in text.sender if " " <= sign <= "~")[:LONGEST_SENDER]
        return shown or "unknown", False


def _tell_nurses(text: Listed) -> None:
    """Once for each text, with its words. When that fails, too, the next round tries both again."""
    note = clean(f"{text.sender}: {text.body}").words
    try:
        with db.transaction("reconciler.tell_nurses") as session:
            reason = "fetched_text_not_taken_in"
            items.raise_task(session, f"fetched:{text.sid}", reason, None, list_name="nurses", note=note)
    except Exception as error:  # the other texts must not wait for this one
        if db.gone(error):
            raise
        log.error("fetched_text_untold", error=error_name(error), carrier_id=text.sid)


def _tell_of_list() -> None:
    """A new task only when the last was closed; earlier ones are counted in the key, in one look with the rest, so that
    two tickers raise one."""
    mine = DeskItem.key.startswith("carrier_list:", autoescape=True)
    with db.transaction("reconciler.tell_of_list") as session:
        look = select(func.count(), func.count().filter(DeskItem.state != "closed")).where(mine)
        earlier, still_open = session.execute(look).one()
        if not still_open:
            items.raise_task(session, f"carrier_list:{earlier + 1}", "carrier_list_unreadable", None)


def _tell_of_earlier(count: int) -> None:
    """Once for ever: what came to our numbers before we began was read by whoever had them then, or by nobody."""
    with db.reading("reconciler.told") as session:
        told = session.scalar(select(DeskItem.id).where(DeskItem.key == "texts_before_start"))
    if told is None:
        with db.transaction("reconciler.earlier") as session:
            note = "1 text" if count == 1 else f"{count} texts"
            items.raise_task(session, "texts_before_start", "texts_before_start", None, note=note)
