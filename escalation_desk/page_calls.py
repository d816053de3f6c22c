"""Calls for a page that nobody answers: when one is due, whether it is still needed, and what if it was in vain."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, defer

from app import clock
from app.messaging import call_book
from app.models.calls import OutgoingCall
from app.models.cover import StaffPhone
from app.models.pages import Page, PageItem
from app.models.staff import Staff
from escalation_desk import items, ladder, oncall
from escalation_desk.models import DeskItem

CALLED_AFTER = timedelta(minutes=2)
"""So long a page may go unanswered before she is called; for crisis and emergency words she is called at once."""

A_CALL = timedelta(minutes=1)
"""So long one call for a page holds up the next one to the same telephone, whatever became of it."""
AGAIN = timedelta(seconds=5)
"""After so long it is looked whether she can be rung for the next one."""

T = TypeVar("T")


def write(session: Session, page: Page, contact_point_id: int, rung: Sequence[DeskItem]) -> None:
    """The call for this page, to be made unless it is answered before; in the transaction of the page."""
    crisis = any(item.rank == items.CRISIS_RANK for item in rung)
    call_book.post(session, call_book.CallDraft(
        key=f"call_page:{page.id}", contact_point_id=contact_point_id, page_id=page.id,
        not_before=page.rang_at if crisis else page.rang_at + CALLED_AFTER,
        expires_at=page.rang_at + ladder.RUNG_WAITS[False],
    ))  # fmt: skip


def still_rings(session: Session, page_id: int | None, contact_point_id: int) -> bool:
    """Whether she is still to be called for this page: nobody answered it, it did not fail, its telephone is still
    hers and to be called, and something that it rang for waits at that very rung."""
    query = (
        select(Page.id)
        .join(PageItem, PageItem.page_id == Page.id)
        .join(DeskItem, DeskItem.id == PageItem.desk_item_id)
        .where(
            Page.id == page_id, Page.answered_at.is_(None), Page.failed_at.is_(None), StaffPhone.called,
            DeskItem.state == "open", DeskItem.step == PageItem.step, *of_nurse(contact_point_id),
        )
        .limit(1)
    )  # fmt: skip
    return session.scalar(with_nurse(query)) is not None


def rings_already(session: Session, call: OutgoingCall) -> bool:
    """Whether her telephone rings for another page just now: a second ring at once would meet a busy line."""
    now = clock.now()
    other = select(OutgoingCall.id).where(
        OutgoingCall.contact_point_id == call.contact_point_id, OutgoingCall.page_id.is_not(None),
        OutgoingCall.id != call.id, OutgoingCall.state.in_(call_book.UNDER_WAY),
        OutgoingCall.claimed_at.between(now - A_CALL, clock.beyond()),
    )  # fmt: skip
    return session.scalar(other.limit(1)) is not None


def in_vain(session: Session, page_id: int) -> None:
    """She was called for this page, and took nothing: whoever else is on call is rung at once for what it rang for. Not
    a second time after her, or those who all do not answer would be rung without a pause; nor does one who is alone
    come any sooner to the end of the ladder, since her text may still be read."""
    page, now = session.get_one(Page, page_id), clock.now()
    calendar = oncall.calendar(session)
    if not any(each in calendar.reachable and each != page.staff_id for each in calendar.on_call(now)):
        return
    before = (
        select(PageItem.desk_item_id)
        .join(Page, Page.id == PageItem.page_id)
        .where(Page.staff_id == page.staff_id, Page.id < page_id, PageItem.step.is_not(None),
               PageItem.desk_item_id == DeskItem.id, Page.rang_at >= DeskItem.opened_at)
    )  # fmt: skip
    here = (PageItem.step == DeskItem.step, DeskItem.state == "open", ~before.exists())
    for item in session.scalars(_rung_for(page_id).where(*here).with_for_update(of=DeskItem)):
        item.next_step_at = now
    session.flush()


def tell_in_vain(session: Session, page_id: int) -> None:
    """Once the call is over, on each item that it was about; not where she had taken the item by then, as from another
    screen."""
    staff_id = session.get_one(Page, page_id).staff_id
    for item in session.scalars(_rung_for(page_id).where(DeskItem.owner_id.is_distinct_from(staff_id))):
        items.tell(session, item, "page_call_in_vain", "carrier", owner=staff_id)


def _rung_for(page_id: int) -> Select[DeskItem]:
    """What the page rang for, or that joined it."""
    query = select(DeskItem).join(PageItem, PageItem.desk_item_id == DeskItem.id)
    rung = query.where(PageItem.page_id == page_id, PageItem.step.is_not(None))
    return rung.order_by(DeskItem.id).options(defer(DeskItem.note))


def with_nurse(query: Select[T]) -> Select[T]:
    return query.join(StaffPhone, StaffPhone.staff_id == Page.staff_id).join(Staff, Staff.id == Page.staff_id)


def of_nurse(contact_point_id: int) -> list[ColumnElement[bool]]:
    """The telephone is hers, and she is a nurse who may come in."""
    return [StaffPhone.contact_point_id == contact_point_id, Staff.disabled_at.is_(None), Staff.role == oncall.ROLE]
