"""The monthly review: a little December of which every figure was reckoned by hand, as it stood on a day and unmoved by
what came later; and months in which there was nothing to count (H44)."""

import csv
import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from app import db, settings
from app.models.offers import Offer
from app.outreach import encounters, follow_ups
from app.outreach.follow_ups import Need
from app.reports import months
from app.reports.months import Month
from app.scheduling import booking
from dialogs.engine.segments import cost
from escalation_desk import items
from escalation_desk.models import DeskItem
from tests.house import ZONE, House
from tests.people import Colleague, Person, appointment, patient
from tests.screens.desk import Browser, signed_in_again, words_of
from tests.slots import times

DECEMBER = "/review/file?month=2026-12&as_of=2027-01-10"


def _on(house: House, day: int, hour: int, minute: int = 0, month: int = 12, year: int = 2026) -> None:
    house.clock.becomes(datetime(year, month, day, hour, minute, tzinfo=ZONE))


def _books(who: Person, day: int, hour: int) -> int:
    at = datetime(2026, 12, day, hour, tzinfo=ZONE)
    with db.transaction("tests.review.books") as session:
        return booking.book(session, who.patient_id or 0, 1, 1, at, None).id


def _cancels(visit_id: int, by: Colleague) -> None:
    version = appointment(visit_id).version
    with db.transaction("tests.review.cancels") as session:
        assert booking.cancel(session, visit_id, version, by.id)


def _moves(visit_id: int, day: int, by: Colleague, year: int = 2026) -> None:
    at = datetime(year, 12, day, 9, tzinfo=ZONE)
    version = appointment(visit_id).version
    with db.transaction("tests.review.moves") as session:
        assert booking.move(session, visit_id, version, at, 1, 1, by.id)


def _came(visit_id: int, how: str, by: Colleague) -> None:
    with db.transaction("tests.review.came") as session:
        assert encounters.attended(session, visit_id, how, by.id)


def _need(who: Person, kind: str, day: int, by: Colleague) -> int:
    with db.transaction("tests.review.need") as session:
        need = Need(key=f"review:{kind}:{day}", patient_id=who.patient_id or 0, kind=kind, owner="front_desk",
                    due_on=date(2026, 12, day))  # fmt: skip
        found = follow_ups.capture(session, need, by.id)
    assert found is not None
    return found


def _stands(need_id: int, disposition: str, by: Colleague) -> None:
    with db.transaction("tests.review.stands") as session:
        follow_ups.stands(session, follow_ups.locked(session, need_id), disposition, by.id)


def _offered(house: House, who: Person, became: str, by: Colleague) -> None:
    """An offer that is over a day later."""
    request, made = times.waits(who), house.clock()
    with db.transaction("tests.review.offered") as session:
        session.add(Offer(request_id=request, patient_id=who.patient_id, state=became, made_by=by.id, made_at=made,
                          ended_at=made + timedelta(days=1)))  # fmt: skip


def _figures(browser: Browser, address: str = DECEMBER, month: str = "2026-12") -> dict[str, tuple[str, str, str]]:
    """By its title the value, part and whole of each figure of a month."""
    lines = csv.DictReader(io.StringIO(browser.opens(address).removeprefix("\ufeff"), newline=""))
    return {line["figure"]: (line["value"], line["part"], line["whole"]) for line in lines if line["month"] == month}


def test_a_little_december_by_hand_and_unmoved_by_what_came_later(
    house: House, manager: Browser, ana: Person, rosa: Person, fran: Colleague, nora: Colleague
) -> None:
    prices = {
        "value_of_visit": Decimal(120),
        "price_of_segment": Decimal("0.01"),
        "price_of_call_minute": Decimal("0.02"),
    }
    settings.use(house.settings.model_copy(update=prices))
    sam = patient(house, "Sam López", "+12025550177")
    # visits: kept and confirmed; missed; cancelled late, its time filled 45 minutes later by one that is kept;
    # cancelled in time; moved, its old time lost; and one at the month's last hour, of which nobody has said
    _on(house, 2, 10)
    kept, missed, cancelled = _books(ana, 4, 9), _books(rosa, 5, 9), _books(ana, 12, 9)
    last = _books(rosa, 31, 23)
    times.put_up(house, manager, days=4)
    times.put_up(house, manager, days=8)
    late, moved = _books(sam, 6, 9), _books(sam, 10, 9)
    needs = {kind: _need(ana, kind, day, fran) for kind, day in (("lab", 10), ("book", 15), ("referral", 18))}
    came_back, lapsed = _need(rosa, "recall_chronic", 3, fran), _need(sam, "recall_lapsed", 8, fran)
    _need(sam, "recall_chronic", 25, fran)
    with db.transaction("tests.review.confirms") as session:
        assert booking.confirm(session, kept, 1, "patient")
    _on(house, 4, 12)
    _came(kept, "seen", fran)
    _stands(came_back, "booked", fran)
    _on(house, 5, 12)
    _came(missed, "missed", fran)
    _on(house, 5, 23)
    _cancels(late, fran)
    _on(house, 5, 23, 45)
    filler = _books(rosa, 6, 9)
    _on(house, 6, 12)
    _came(filler, "seen", fran)
    _on(house, 8, 10)
    _moves(moved, 20, fran)
    _cancels(cancelled, fran)
    _stands(needs["lab"], "done", fran)
    _stands(needs["book"], "not_reached", fran)
    _stands(needs["referral"], "mistake", fran)
    # three texts for the nurses, taken after 4 and 20 minutes and not at all; a call owed, made after 90
    segments = 0
    for who, minutes in ((ana, 4), (rosa, 20), (sam, 0)):
        _on(house, 16, 10)
        who.texts("my knee is swollen")
        segments += cost(who.reads("911")).segments
        house.clock.passes(minutes=minutes)
        if minutes:
            nora.claims(house.rows(DeskItem, DeskItem.kind == "words")[-1])
    _on(house, 18, 10)
    ana.calls()
    house.clock.passes(seconds=61)
    ana.hangs_up()
    rosa.texts("STOP")
    rosa.reads("unsubscribed")  # the carrier says it, and it is no text of ours
    _on(house, 19, 10)
    _offered(house, sam, "lapsed", fran)
    _offered(house, sam, "accepted", fran)
    with db.transaction("tests.review.owes") as session:
        items.raise_task(session, "review:call", "call_owed", None, patient_id=sam.patient_id)
    (owed,) = house.rows(DeskItem, DeskItem.key == "review:call")
    fran.claims(owed)
    house.clock.passes(minutes=90)
    fran.closes(owed, "done", "called")

    _on(house, 11, 9, 0, 1, 2027)
    manager = signed_in_again(house, manager.staff_id)
    spend = segments * 0.01 + 2 * 0.02
    by_hand = {
        "Follow-ups completed": ("40", "2", "5"),  # lab, first recall of: these, book, two recalls; referral: mistake
        "Recalls that led to a visit within 30 days": ("50", "1", "2"),  # the third one's days are not over
        "Visits confirmed": ("20", "1", "5"),  # kept of: kept, missed, filler, moved, last
        "No-shows": ("33.3333", "1", "3"),  # missed of: kept, missed, filler
        "Late cancellations": ("25", "1", "4"),  # and these
        "Desk response, median": ("4", "", "2"),
        "Desk response, nine in ten": ("20", "", "2"),
        "Callback response, median": ("90", "", "1"),
        "Callback response, nine in ten": ("90", "", "1"),
        "Times freed": ("2", "", ""),
        "Times filled again": ("50", "1", "2"),
        "Times lost": ("50", "1", "2"),
        "Time to fill, median": ("45", "", "1"),
        "Offers per time taken": ("2", "2", "1"),
        "Estimated value recovered": ("120", "1", ""),
        "Texts sent": ("3", "", ""),
        "Segments": (str(segments), "", ""),
        "Minutes of calls": ("2", "", ""),
        "Opt-outs per 1,000 texts": ("333.3333", "1", "3"),
        "Estimated spend": (f"{spend:g}", "", ""),
        "Estimated cost per completed follow-up": (f"{spend / 2:g}", f"{spend:g}", "2"),
    }
    assert _figures(manager) == by_hand
    before = manager.opens(DECEMBER), manager.opens("/review/rows/no_show/file?month=2026-12&as_of=2027-01-10")
    assert manager.opens(DECEMBER) == before[0]
    assert set(_figures(manager, month="2026-11").values()) <= {
        ("", "0", "0"),
        ("", "", "0"),
        ("0", "", ""),
        ("0", "0", ""),
    }

    # what comes later moves nothing of how it stood then, and all of how it stands now
    _on(house, 12, 9, 0, 1, 2027)
    _came(last, "seen", fran)
    _came(missed, "seen", fran)
    _cancels(moved, fran)
    _moves(filler, 20, fran, 2027)
    _stands(lapsed, "booked", fran)
    _stands(needs["lab"], "waiting", fran)
    with db.transaction("tests.review.later") as session:
        follow_ups.pursue_from(session, follow_ups.locked(session, needs["lab"]), date(2027, 1, 20), fran.id, None)
        booking.confirm(session, missed, 1, "patient")
    nora.claims(house.rows(DeskItem, DeskItem.kind == "words")[-1])
    house.clock.passes(days=30)
    manager = signed_in_again(house, manager.staff_id)
    assert manager.opens(DECEMBER) == before[0]
    assert manager.opens("/review/rows/no_show/file?month=2026-12&as_of=2027-01-10") == before[1]
    now = _figures(manager, "/review/file?month=2026-12&as_of=2027-02-11")
    assert now["No-shows"] == ("0", "0", "3")
    assert now["Visits confirmed"] == ("66.6667", "2", "3")
    assert now["Follow-ups completed"] == ("50", "2", "4")
    assert now["Recalls that led to a visit within 30 days"] == ("33.3333", "1", "3"), "booked too late"
    assert now["Desk response, nine in ten"][2] == "3"
    then = _figures(manager, "/review/file?month=2026-12&as_of=2026-12-19")
    assert then["Offers per time taken"] == ("", "2", "0"), "accepted on the next day"
    assert then["Times lost"] == ("50", "1", "2")
    assert then["Follow-ups completed"] == ("50", "2", "4"), "the recall of the 25th was not due yet"
    page = words_of(manager.opens("/review?month=2026-12&as_of=2027-01-10"))
    assert "33 % 1 of 3; 2 of which nobody has said none Of the visits in the month of which somebody has said" in page
    assert "$120.00" in page
    due = words_of(manager.opens("/review/rows/completion?month=2026-12&as_of=2027-01-10"))
    assert "by Thu Dec 10 2026" in due
    assert "12:00" not in due
    assert "(202) 555" in words_of(manager.opens("/review/rows/opt_outs?month=2026-12&as_of=2027-01-10"))
    rows = words_of(manager.opens("/review/rows/no_show?month=2026-12&as_of=2027-01-10"))
    assert "3 rows" in rows
    assert "Rosa" in rows
    assert "the patient did not come" in rows


def test_only_what_a_patient_cancels_is_late(house: House, manager: Browser, ana: Person, rosa: Person) -> None:
    """Whoever cancels says whose wish it was, and the record tells it."""
    _on(house, 2, 10)
    manager = signed_in_again(house, manager.staff_id)
    for who, whose in ((ana, "patient"), (rosa, "practice")):
        visit_id = _books(who, 2, 15)
        for nobody in ({}, {"whose": "nobody"}):
            manager.sends(f"/appointments/{visit_id}/cancel", 400, version=1, **nobody)
        manager.sends(f"/appointments/{visit_id}/cancel", version=1, whose=whose)
    assert "3:00 PM, for the practice" in words_of(manager.opens(f"/patients/{rosa.patient_id}"))
    assert "3:00 PM, as the patient wished" in words_of(manager.opens(f"/patients/{ana.patient_id}"))
    _on(house, 11, 9, 0, 1, 2027)
    manager = signed_in_again(house, manager.staff_id)
    assert _figures(manager)["Late cancellations"] == ("100", "1", "1")


def test_a_year_in_which_nothing_happened(house: House, manager: Browser, auditor: Browser) -> None:
    """And addresses that say no month or day: a sentence, or 400 for a file."""
    page = words_of(manager.opens("/review?month=2026-10"))
    assert "Follow-ups completed none" in page
    assert "nan" not in page.lower()
    assert "0 %" not in page
    assert "Not shown, since nobody has set the price or value: estimated value recovered, estimated spend" in page
    assert "0 rows" in words_of(auditor.opens("/review/rows/desk_p90?month=2026-10"))
    for address, sentence in (
        ("month=2026-13", "Please give the month as in 2026-11."), ("month=x", "Please give the month"),
        ("as_of=yesterday", "Please give the day as in"), ("as_of=2026-11-24", "This day has not come yet"),
        ("month=٢٠٢٦-١٠", "Please give the month"), ("as_of=0001-01-01", "Please give the day"),
    ):  # fmt: skip
        assert sentence in words_of(manager.opens(f"/review?{address}", 422))
        assert sentence in words_of(manager.opens(f"/review/rows/no_show?{address}", 422))
        manager.opens(f"/review/file?{address}", 400)
        manager.opens(f"/review/rows/no_show/file?{address}", 400)
    manager.opens("/review/rows/segments", 404)


@pytest.mark.of_words
@pytest.mark.parametrize(
    ("zone", "month", "hours"),
    [
        ("America/Chicago", Month(2026, 11), 721), ("America/Chicago", Month(2026, 3), 743),
        ("America/Phoenix", Month(2026, 3), 744), ("America/Santiago", Month(2026, 9), 719),
    ],
)  # fmt: skip
def test_months_are_the_walls_over_a_change_of_the_clocks(zone: str, month: Month, hours: int) -> None:
    """H44: the last hour of a month counts in it, and the next one does not."""
    there = ZoneInfo(zone)
    begins, ends = months.beginning(month.first, there), months.beginning(month.shifted(1).first, there)
    assert (ends - begins) == timedelta(hours=hours)
    assert months.of((ends - timedelta(seconds=1)).astimezone(there).date()) == month
    assert months.read(str(month)) == month
    assert month.up_to(12)[0] == month.shifted(-11)
