"""Pages: texts that ring a nurse for an item, from the paging number, with a code that takes it; no health words.

A page is never held by hours, opt-outs or switches. One that fails moves the item on at once, and its telephone counts
for nobody until a page reaches it again.
"""

import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session, defer

from app import clock, timeline
from app.messaging import outbox
from app.models.cover import StaffPhone
from app.models.outbox import Outbound
from app.models.pages import Page
from app.models.staff import Staff
from escalation_desk import items, oncall
from escalation_desk.models import DeskItem

CODE = re.compile(r"\s*#?\s*([0-9]{4})[\s.!]*")
ANSWERS_FOR = timedelta(hours=24)
LEAVES_WITHIN = timedelta(minutes=15)
TESTED_EVERY, FAILED_TESTED_EVERY = timedelta(days=7), timedelta(hours=6)


def ring(session: Session, item: DeskItem, staff_id: int) -> None:
    """Page this person for the item, once for each of its steps."""
    urgent = "Urgent. " if item.rank == items.CRISIS_RANK else ""
    words = f"Handrail: {urgent}A message waits for a nurse. Reply {{code}} to take it, then open the desk."
    _page(session, f"page:{item.id}:{item.times_opened}:{item.step}", staff_id, words, item)
    items.tell(session, item, "paged", "agent", owner=staff_id)


def failed(session: Session, row: Outbound) -> None:
    """The page did not reach its telephone: the next person is rung at once."""
    page = _of(session, row)
    if page is None:
        return
    now = clock.now()
    page.failed_at = now
    _mark_phone(session, page.staff_id, row.contact_point_id, now)
    if page.desk_item_id is None:
        return
    waiting = (DeskItem.id == page.desk_item_id, DeskItem.state == "open", DeskItem.step == page.step)
    session.execute(update(DeskItem).where(*waiting).values(next_step_at=now))
    item = session.get_one(DeskItem, page.desk_item_id, options=[defer(DeskItem.note)])
    items.tell(session, item, "page_failed", "carrier", owner=page.staff_id)


def arrived(session: Session, row: Outbound) -> None:
    """The page was delivered: its telephone works."""
    page = _of(session, row)
    if page is not None:
        _mark_phone(session, page.staff_id, row.contact_point_id, None)


def answered_by(session: Session, contact_point_id: int, body: str) -> Page | None:
    """The page of which this text, from that number, is the code; locked."""
    code = CODE.fullmatch(body)
    if code is None:
        return None
    query = (
        select(Page)
        .join(StaffPhone, StaffPhone.staff_id == Page.staff_id)
        .join(Staff, Staff.id == Page.staff_id)
        .where(
            StaffPhone.contact_point_id == contact_point_id, Staff.disabled_at.is_(None), Staff.role == oncall.ROLE,
            Page.code == code[1], Page.rang_at > clock.now() - ANSWERS_FOR,
        )
        .order_by(Page.id.desc())
        .limit(1)
    )  # fmt: skip
    return session.scalar(query.with_for_update(of=Page))


def answer(session: Session, page: Page, contact_point_id: int, words: str) -> None:
    """Somebody sent the code back: her telephone works, and she is told what came of it."""
    page.answered_at = page.answered_at or clock.now()
    _mark_phone(session, page.staff_id, contact_point_id, None)
    outbox.post(session, outbox.Draft(
        key=f"page_taken:{page.id}", message_class="safety", contact_point_id=contact_point_id,
        body=f"Handrail: {words}", language="en", text_name=outbox.PAGE_TAKEN,
    ))  # fmt: skip


def try_phones(session: Session) -> int:
    """Page every nurse's telephone once a week, and one that failed every six hours, to see whether it works."""
    now = clock.now()
    last = select(func.max(Page.rang_at)).where(Page.staff_id == StaffPhone.staff_id).scalar_subquery()
    due = or_(
        last.is_(None), last <= now - TESTED_EVERY,
        StaffPhone.failed_at.is_not(None) & (last <= now - FAILED_TESTED_EVERY),
    )  # fmt: skip
    nurses = select(StaffPhone.staff_id).join(Staff, Staff.id == StaffPhone.staff_id)
    active = (Staff.disabled_at.is_(None), Staff.role == oncall.ROLE, due)
    tested = session.scalars(nurses.where(*active).order_by(StaffPhone.staff_id)).all()
    for staff_id in tested:
        words = "Handrail: this is a test, nobody waits. Reply {code} to show that it reached you."
        _page(session, f"page_test:{now.isoformat(timespec='minutes')}", staff_id, words, None)
    return len(tested)


def _page(session: Session, key: str, staff_id: int, words: str, item: DeskItem | None) -> None:
    phone = session.get_one(StaffPhone, staff_id)
    code, now = _free_code(session, staff_id), clock.now()
    row_id = outbox.post(session, outbox.Draft(
        key=f"{key}:{staff_id}", message_class="safety", contact_point_id=phone.contact_point_id,
        body=words.format(code=code), language="en", text_name=outbox.PAGE, expires_at=now + LEAVES_WITHIN,
    ))  # fmt: skip
    if row_id is not None:
        session.add(Page(
            desk_item_id=item.id if item else None, staff_id=staff_id, outbound_id=row_id,
            step=item.step if item else 0, code=code, rang_at=now,
        ))  # fmt: skip
        session.flush()


def _free_code(session: Session, staff_id: int) -> str:
    """Four digits that name no other page of hers of the last day."""
    taken = set(
        session.scalars(
            select(Page.code).where(Page.staff_id == staff_id, Page.rang_at > clock.now() - ANSWERS_FOR - LEAVES_WITHIN)
        )
    )
    while (code := f"{secrets.randbelow(10_000):04}") in taken:
        pass
    return code


def _of(session: Session, row: Outbound) -> Page | None:
    return session.scalar(select(Page).where(Page.outbound_id == row.id))


def _mark_phone(session: Session, staff_id: int, contact_point_id: int, failed_at: datetime | None) -> None:
    """Whether the telephone works, as long as it is still hers; told when that changes."""
    hers = (StaffPhone.staff_id == staff_id, StaffPhone.contact_point_id == contact_point_id)
    phone = session.scalar(select(StaffPhone).where(*hers).with_for_update())
    if phone is None or (phone.failed_at is None) == (failed_at is None):
        return
    phone.failed_at = failed_at
    session.flush()
    kind = "staff_phone_works" if failed_at is None else "staff_phone_failed"
    timeline.append(session, "practice", kind, "carrier", owner=staff_id)
