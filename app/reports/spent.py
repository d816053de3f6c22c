"""Texts and calls of each month, as sums: how many left, their segments, and the minutes on the telephone."""

import math
from bisect import bisect_right
from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app import db
from app.messaging.outbox import PAGES
from app.models.calls import PhoneCall
from app.models.outbox import Outbound
from app.reports.history import Stretch, month_of

_texts, _calls = db.table_of(Outbound), db.table_of(PhoneCall)


class Spent(NamedTuple):
    """One month's. `texts` went to patients, `pages` to staff; `segments` are those of both, less the `uncounted` texts
    from before segments were counted; `minutes` are begun ones, of calls to us and of ours."""

    texts: int = 0
    pages: int = 0
    segments: int = 0
    uncounted: int = 0
    minutes: int = 0


def by_month(session: Session, stretch: Stretch) -> list[Spent]:
    """For each month of the stretch."""
    starts, end, as_of = stretch.months, stretch.end, stretch.as_of
    found = [Spent() for _ in starts]
    sent_at, is_page = _texts.c.sent_at, _texts.c.text_name.in_(PAGES)
    month = month_of(sent_at, stretch)
    paged = func.coalesce(func.sum(case((is_page, 1), else_=0)), 0)
    columns = (month, func.count(), paged, func.coalesce(func.sum(_texts.c.segments), 0), func.count(_texts.c.segments))
    left = select(*columns).where(sent_at >= starts[0], sent_at < end, sent_at <= as_of).group_by(month)
    for place, many, pages, segments, counted in session.execute(left):
        found[place] = Spent(many - pages, pages, int(segments), many - counted)
    began_at, ended_at = _calls.c.began_at, _calls.c.ended_at
    calls = select(began_at, ended_at).where(began_at >= starts[0], began_at < end, ended_at <= as_of)
    for began, ended in session.execute(calls):
        place = bisect_right(starts, began) - 1
        minutes = math.ceil((ended - began).total_seconds() / 60)
        found[place] = found[place]._replace(minutes=found[place].minutes + minutes)
    return found
