"""Long waitlists stay quick: ranking, and the page with all of it (docs/measurements.md holds the figures)."""

import random
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert

from app import db
from app.models.patients import Patient
from app.models.slots import Slot
from app.models.waitlist import WaitlistRequest
from app.scheduling import booking, candidates, waitlist
from app.scheduling.wishes import DAYS, PARTS
from tests.house import House
from tests.screens.desk import Browser

ROUNDS = 9
MANY, ON_PAGE, PAGE_MS = 5000, 500, 300
AGAINST_FLOOR = 9
"""As measured: 6.4 times the floor; before it was mended 11 times."""


def _patients(house: House, many: int) -> list[int]:
    with db.transaction("tests.patients") as session:
        rows = [
            Patient(name=f"Ana López {place}", birth_date="1961-02-03", language="en", version=1,
                    do_not_contact=False, created_at=house.clock())
            for place in range(many)
        ]  # fmt: skip
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def _all_wait(house: House, many: int) -> None:
    """Each with wishes of her own, every second one instead of a visit."""
    drawn, patients = random.Random(8), _patients(house, many)  # noqa: S311  (no secret)
    with db.transaction("tests.wait") as session:
        visits = [
            booking.book(session, each, 1, 1, house.on(30, 8) + timedelta(minutes=5 * place), None).id
            for place, each in enumerate(patients[: ON_PAGE // 2])
        ]
        session.execute(insert(WaitlistRequest), [
            {
                "patient_id": each, "appointment_id": visits[place] if place < len(visits) else None,
                "days": " ".join(drawn.sample(DAYS, drawn.choice((0, 0, 2, 3)))),
                "parts": " ".join(drawn.sample(PARTS, drawn.choice((0, 1)))),
                "provider_id": drawn.choice((None, 1)), "location_id": None, "visit_kind": None,
                "earliest": None, "latest": None, "notice_hours": 2, "said": "any morning", "source": "staff",
                "state": "waiting", "version": 1, "created_at": house.clock() - timedelta(hours=place),
                "expires_at": house.clock() + waitlist.KEPT_FOR,
            }
            for place, each in enumerate(patients)
        ])  # fmt: skip


def _put_up(house: House, many: int) -> None:
    starts = house.on(2, 8)
    with db.transaction("tests.put_up") as session:
        session.execute(insert(Slot), [
            {
                "provider_id": 1, "location_id": 1, "visit_kind": None,
                "starts_at": starts + timedelta(minutes=10 * each),
                "ends_at": starts + timedelta(minutes=10 * each + 10),
                "state": "free", "version": 1, "created_at": house.clock(),
            }
            for each in range(many)
        ])  # fmt: skip


def _costs(*acts: Callable[[], object]) -> list[float]:
    """Milliseconds of this process's time for each, the least of several rounds by turns: the machine may be shared."""
    least = [float("inf")] * len(acts)
    for _ in range(ROUNDS):
        for place, act in enumerate(acts):
            began = time.process_time()
            act()
            least[place] = min(least[place], (time.process_time() - began) * 1000)
    return least


def _plain(waits: WaitlistRequest) -> tuple[object, ...]:
    return waits.created_at, waits.id, waits.patient_id, waits.days, waits.parts, waits.provider_id, waits.notice_hours


@pytest.mark.prove
def test_five_thousand_are_ranked_in_fifty_milliseconds(house: House) -> None:
    """The goal is 50 ms on a quiet core; here it is held beside a floor, since others may share the core: the same
    requests read once and sorted, with nothing judged and no reason said."""
    _put_up(house, 1)
    _all_wait(house, MANY)
    with db.reading("tests.ranking") as session:
        slot, requests = session.get_one(Slot, 1), list(waitlist.waiting(session))
        ours, floor = _costs(lambda: candidates.ranked(session, slot, requests), lambda: sorted(map(_plain, requests)))
    assert ours < AGAINST_FLOOR * floor, (ours, floor)


@pytest.mark.prove
def test_a_page_with_five_hundred_of_each_takes_three_hundred_milliseconds(house: House, fran: Browser) -> None:
    _put_up(house, ON_PAGE)
    _all_wait(house, ON_PAGE)
    page, rows = _costs(lambda: fran.opens("/waitlist"), lambda: fran.opens("/waitlist/rows"))
    assert max(page, rows) < PAGE_MS, (page, rows)
