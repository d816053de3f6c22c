"""Pages: texts that ring a nurse for what waits, from the paging number, with a code that takes it; no health words.

Crisis and emergency words ring at once, each by themselves; all else is gathered into one page. A page is never held by
hours, opt-outs or switches. One that fails moves its items on at once, and its telephone counts for nobody until a page
reaches it again.
"""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session, defer

from app import clock, timeline
from app.messaging import outbox
from app.models.cover import StaffPhone
from app.models.outbox import Outbound
from app.models.pages import Page, PageItem
from app.models.staff import Staff
from escalation_desk import items, ladder, oncall, page_calls, page_words
from escalation_desk.models import DeskItem

CODE = re.compile(r"\s*#?\s*([0-9]{4})[\s.!]*")
ANSWERS_FOR = timedelta(hours=24)
LEAVES_WITHIN = timedelta(minutes=15)
TESTED_EVERY, FAILED_TESTED_EVERY = timedelta(days=7), timedelta(hours=6)


def ring(session: Session, rung: Sequence[DeskItem], staff_id: int) -> None:
    """Page this person for items that have just come to her rung, each once for each of its steps. Whoever pages one
    person takes turns, so that two at once write one page."""
    session.scalar(select(StaffPhone.staff_id).where(StaffPhone.staff_id == staff_id).with_for_update())
    for item in rung:
        if item.rank == items.CRISIS_RANK:
            _page(session, f"page:{item.id}:{item.times_opened}:{item.step}", staff_id, page_words.ALONE, [item])
            items.tell(session, item, "paged", "agent", owner=staff_id)
    if usual := [item for item in rung if item.rank != items.CRISIS_RANK]:
        _gather(session, usual, staff_id)


def _gather(session: Session, rung: Sequence[DeskItem], staff_id: int) -> None:
    """One page speaks of all that waits. While she has one that is new and unanswered, what comes to her rung joins it
    instead: it moves on in its own time, and her answer takes it with the rest."""
    page = session.scalar(_unanswered(staff_id))
    if page is not None:
        _speak_of(session, page, rung)
    else:
        first, waiting = rung[0], _waiting(session)
        others = [each.id for each in waiting if each.id not in {item.id for item in rung}]
        words = page_words.gathered(
            [clock.now() - each.opened_at for each in waiting],
            urgent=sum(each.rank == items.CRISIS_RANK for each in waiting),
        )
        key = f"page:{first.id}:{first.times_opened}:{first.step}"
        _page(session, key, staff_id, words, rung, others[: max(0, page_words.MOST_TAKEN - len(rung))], gathers=True)
    for item in rung:
        items.tell(session, item, "paged" if page is None else "page_joined", "agent", owner=staff_id)


def _unanswered(staff_id: int) -> Select[Page]:
    """Her newest page of that kind, if it went to the telephone that she has now no longer ago than a rung waits; not
    one that is being answered, or has failed, at this moment."""
    now = clock.now()
    since, until = now - ladder.RUNG_WAITS[False], clock.beyond()
    return (
        select(Page)
        .join(Outbound, Outbound.id == Page.outbound_id)
        .join(StaffPhone, StaffPhone.contact_point_id == Outbound.contact_point_id)
        .where(
            Page.staff_id == staff_id, StaffPhone.staff_id == staff_id, Page.gathers,
            Page.answered_at.is_(None), Page.failed_at.is_(None), Page.rang_at > since, Page.rang_at <= until,
        )
        .order_by(Page.id.desc())
        .limit(1)
        .with_for_update(of=Page, skip_locked=True)
    )  # fmt: skip


def _waiting(session: Session) -> Sequence[Row[int, int, datetime]]:
    """What waits for a nurse and nobody has, as the desk lists it."""
    query = select(DeskItem.id, DeskItem.rank, DeskItem.opened_at)
    waits = query.where(DeskItem.list == "nurses", DeskItem.state == "open")
    return session.execute(waits.order_by(DeskItem.rank, DeskItem.opened_at, DeskItem.id)).all()


def _speak_of(session: Session, page: Page, rung: Sequence[DeskItem], others: Sequence[int] = ()) -> None:
    """Write down what the page stands for: items at their rung, and others that it only names."""
    for item in rung:
        session.merge(PageItem(page_id=page.id, desk_item_id=item.id, step=item.step))
    session.add_all(PageItem(page_id=page.id, desk_item_id=item_id) for item_id in others)
    session.flush()


def failed(session: Session, row: Outbound) -> None:
    """The page did not reach its telephone: for what it rang for the next person is rung at once."""
    page = session.scalar(select(Page).where(Page.outbound_id == row.id).with_for_update())
    if page is None:
        return
    now = clock.now()
    rang_for = (
        select(DeskItem, PageItem.step)
        .join(PageItem, PageItem.desk_item_id == DeskItem.id)
        .where(PageItem.page_id == page.id, PageItem.step.is_not(None))
        .order_by(DeskItem.id)
        .options(defer(DeskItem.note))
    )
    for item, step in session.execute(rang_for.with_for_update(of=DeskItem)).all():
        if (item.state, item.step) == ("open", step):
            item.next_step_at = now
        items.tell(session, item, "page_failed", "carrier", owner=page.staff_id)
    page.failed_at = now
    session.flush()
    _mark_phone(session, page.staff_id, row.contact_point_id, now)


def stands_for(session: Session, page_id: int) -> list[int]:
    """The items of a page as the desk lists them, by id; none for a test."""
    query = select(DeskItem.id).join(PageItem, PageItem.desk_item_id == DeskItem.id).where(PageItem.page_id == page_id)
    return list(session.scalars(query.order_by(DeskItem.rank, DeskItem.opened_at, DeskItem.id)))


def arrived(session: Session, row: Outbound) -> None:
    """The page was delivered: its telephone works."""
    staff_id = session.scalar(select(Page.staff_id).where(Page.outbound_id == row.id))
    if staff_id is not None:
        _mark_phone(session, staff_id, row.contact_point_id, None)


def answered_by(session: Session, contact_point_id: int, body: str) -> Page | None:
    """The page of which this text, from that number, is the code; locked."""
    code = CODE.fullmatch(body)
    if code is None:
        return None
    return session.scalar(_answerable(contact_point_id, Page.code == code[1]))


def hers(session: Session, page_id: int | None, contact_point_id: int) -> Page | None:
    """This page, locked, if whoever has that number may answer it still."""
    return session.scalar(_answerable(contact_point_id, Page.id == page_id))


def _answerable(contact_point_id: int, which: ColumnElement[bool]) -> Select[Page]:
    """Her newest page of those, while its answer counts and she may come in."""
    recent = Page.rang_at > clock.now() - ANSWERS_FOR
    query = select(Page).where(which, recent, *page_calls.of_nurse(contact_point_id))
    return page_calls.with_nurse(query).order_by(Page.id.desc()).limit(1).with_for_update(of=Page)


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
        _page(session, f"page_test:{now.isoformat(timespec='minutes')}", staff_id, page_words.TEST)
    return len(tested)


def _page(
    session: Session, key: str, staff_id: int, words: str, rung: Sequence[DeskItem] = (), others: Sequence[int] = (),
    *, gathers: bool = False,
) -> None:  # fmt: skip
    phone = session.get_one(StaffPhone, staff_id)
    code, now = _free_code(session, staff_id), clock.now()
    row_id = outbox.post(session, outbox.Draft(
        key=f"{key}:{code}:{staff_id}", message_class="safety", contact_point_id=phone.contact_point_id,
        body=words.format(code=code), language="en", text_name=outbox.PAGE, expires_at=now + LEAVES_WITHIN,
    ))  # fmt: skip
    if row_id is None:
        raise RuntimeError("a page with this key and code was written before: the step is taken again")
    page = Page(staff_id=staff_id, outbound_id=row_id, gathers=gathers, code=code, rang_at=now)
    session.add(page)
    session.flush()
    _speak_of(session, page, rung, others)
    if rung and phone.called:
        page_calls.write(session, page, phone.contact_point_id, rung)


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
