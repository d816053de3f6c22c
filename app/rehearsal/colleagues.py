"""The staff of a rehearsal: nurses and front desk, each with so many items an hour, and the one on call."""

import random
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import db
from app.outreach import gone
from app.simulator.handset import Handset
from escalation_desk import dispositions, handling, items, oncall, settling
from escalation_desk.holding import Refused
from escalation_desk.models import DeskItem, DeskItemWords

ANSWERS_A_PAGE = timedelta(minutes=3)
CODE = re.compile(r"Reply (\d{4})")
NOTE = "Reached her by telephone; she knows what to do and whom to call."
PREFERRED = ("advised_by_phone", "settled_by_phone", "entered_in_ehr", "done", "nothing_to_do")


@dataclass
class Colleague:
    """Somebody with one item in hand at a time, each of which takes `takes`. handset: where she is paged, if at all."""

    id: int
    list_name: items.ListName
    takes: timedelta
    handset: Handset | None = None
    item_id: int | None = None
    free_at: datetime | None = None
    answer_at: datetime | None = None
    answer: str = ""


class Staff:
    """`work` lets each of them do what she would have done by now."""

    def __init__(self, colleagues: list[Colleague], rng: random.Random) -> None:
        self._all, self._rng = colleagues, rng
        self.refused = self.pages_answered = 0
        self.waited_for = False
        """Whether words that nobody has taken wait for a nurse: then minutes count."""

    def work(self, now: datetime) -> None:
        with db.reading("rehearsal.at_work") as session:
            staffed = oncall.at_work(session, now)
            nurses = select(DeskItem.id).where(DeskItem.list == "nurses", DeskItem.state == "open")
            self.waited_for = session.scalar(nurses.limit(1)) is not None
        for who in self._all:
            self._is_paged(who, now)
            if who.item_id is not None and who.free_at is not None and who.free_at <= now:
                self._finish(who, who.item_id)
            if who.item_id is None and (staffed or who.handset is not None):
                self._take(who, now, only_hers=not staffed)

    def _is_paged(self, who: Colleague, now: datetime) -> None:
        if who.handset is None:
            return
        for text in who.handset.reads():
            if (code := CODE.search(text)) is not None:
                who.answer_at, who.answer = now + ANSWERS_A_PAGE, code[1]
        if who.answer_at is not None and who.answer_at <= now:
            who.answer_at = None
            who.handset.texts(who.answer)
            self.pages_answered += 1

    def _take(self, who: Colleague, now: datetime, *, only_hers: bool) -> None:
        """The oldest item that is hers already; else the next of her list."""
        with db.transaction("rehearsal.take") as session:
            hers = select(DeskItem.id).where(DeskItem.owner_id == who.id, DeskItem.state == "claimed")
            item_id = session.scalar(hers.order_by(DeskItem.id).limit(1))
            if item_id is None and not only_hers:
                item_id = next(
                    (each.id for each in items.open_items(session, who.list_name) if each.state == "open"), None
                )
                if item_id is not None:
                    handling.claim(session, item_id, who.id)
            who.item_id, who.free_at = item_id, now + who.takes

    def _finish(self, who: Colleague, item_id: int) -> None:
        """Read what stands there by now, and close it in a way that fits."""
        who.item_id = None
        try:
            with db.transaction("rehearsal.finish") as session:
                words = select(func.max(DeskItemWords.exchange_id)).where(DeskItemWords.desk_item_id == item_id)
                if (newest := session.scalar(words)) is not None:
                    handling.mark_read(session, item_id, who.id, newest)
                version = session.scalars(select(DeskItem.version).where(DeskItem.id == item_id)).one()
                gone.settle(session, item_id, who.id, self._ending(session, item_id), version)
        except Refused:  # her claim is over, or somebody wrote meanwhile: it stands open, and is taken up again
            self.refused += 1

    def _ending(self, session: Session, item_id: int) -> settling.Ending:
        item = session.get_one(DeskItem, item_id)
        about = item.patient_id is not None or item.contact_point_id is not None
        fitting = dispositions.fitting(item.list, item.reason, about_patient=about, can_be_texted=False)
        names = {each.name for each in fitting}
        how = next(each for each in PREFERRED if each in names)
        if how == "advised_by_phone" and item.rank == items.CRISIS_RANK:
            how = "sent_to_emergency_care"
        return settling.Ending(how, NOTE)
