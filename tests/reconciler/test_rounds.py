"""Rounds of the reconciler: a list that is late, breaks off or cannot be read loses nothing (H59)."""

from datetime import timedelta

from app.models.conversations import Exchange
from app.models.records import Heartbeat
from app.simulator.faults import Fault
from app.simulator.server import serve
from app.watchers.reconciler import FAILS, Reconciler
from tests.house import House, house_settings
from tests.people import Colleague, Person, phone
from tests.reconciler.carrier import exchanges, lost


def test_a_text_that_the_list_does_not_show_yet_is_found_by_a_later_round(house: House, ana: Person) -> None:
    house.carrier.faults.arm(Fault.LIST_LATE, seconds=120)
    sid = lost(house, ana, "hello")
    house.passes(seconds=90)
    assert not house.rows(Exchange)
    house.passes(minutes=4)
    assert list(exchanges(house)) == [sid]
    ana.reads("a person will read it")


def test_a_list_that_breaks_off_loses_nothing(house: House, fran: Colleague) -> None:
    people = [phone(house, f"+1202555014{number}") for number in range(8)]
    sids = [lost(house, who, "hello") for who in people]
    house.carrier.faults.arm(Fault.LIST_BROKEN, 2)
    house.passes(minutes=5)
    assert 0 < len(exchanges(house)) < len(sids)
    house.passes(minutes=4)
    assert sorted(exchanges(house)) == sorted(sids)
    for who in people:
        who.reads("a person will read it")
        who.nothing_more()


def test_a_list_that_breaks_off_once_is_asked_for_again_at_once(house: House, ana: Person) -> None:
    sids = [lost(house, ana, f"hello {number}") for number in range(4)]
    house.carrier.faults.arm(Fault.LIST_BROKEN)
    house.passes(minutes=5)
    assert sorted(exchanges(house)) == sorted(sids)
    assert house.reconciler.failed == 0
    ana.reads("a person will read it")


def test_a_list_that_cannot_be_read_is_told_after_three_rounds_and_once(
    house: House, ana: Person, fran: Colleague
) -> None:
    phone(house, "+12025550140").texts("hello")
    house.carrier.faults.arm(Fault.LIST_BROKEN, None)
    for _ in range(FAILS - 1):
        house.passes(minutes=4)
    told = [item for item in fran.sees("front_desk") if item.reason == "carrier_list_unreadable"]
    assert not told
    for _ in range(3):
        house.passes(minutes=4)
        house.reconciler = Reconciler(house.gateway, house.settings, failed=FAILS)  # a second one sees the same
    (task,) = [item for item in fran.sees("front_desk") if item.reason == "carrier_list_unreadable"]
    assert (task.contact_point_id, task.patient_id) == (None, None)
    fran.settles(task)
    house.passes(minutes=4)
    assert [item.reason for item in fran.sees("front_desk")].count("carrier_list_unreadable") == 1
    house.carrier.faults.clear()
    house.passes(minutes=4)
    assert house.reconciler.failed == 0


def test_a_carrier_that_is_away_costs_nothing_but_time(house: House, ana: Person) -> None:
    sid = lost(house, ana, "hello")
    port = int(house.carrier_server.url.rpartition(":")[2])
    house.carrier_server.stop()
    house.clock.passes(minutes=5)
    assert house.reconciler.run() == 0
    house.carrier_server = serve(house.carrier, port)
    house.passes(minutes=4)
    assert list(exchanges(house)) == [sid]
    ana.reads("a person will read it")


def test_a_good_round_is_a_heartbeat_and_a_broken_one_is_none(house: House, ana: Person) -> None:
    house.passes(minutes=4)
    before = {beat.name: beat.rounds for beat in house.rows_of(Heartbeat)}["reconciler"]
    lost(house, ana, "hello")
    house.carrier.faults.arm(Fault.LIST_BROKEN, 2)
    house.passes(minutes=4)
    assert {beat.name: beat.rounds for beat in house.rows_of(Heartbeat)}["reconciler"] == before
    ana.reads("a person will read it")


def test_numbers_of_ours_are_all_asked_for(house: House) -> None:
    settings = house_settings(PAGING_FROM="+15005550007")
    assert settings.numbers == {"+15005550006", "+15005550007"}
    asked: list[str] = []

    class Asks:
        def texts_of(self, *, to: str, **_: object) -> list[object]:
            asked.append(to)
            return []

    reconciler = Reconciler(Asks(), settings)  # type: ignore[arg-type]
    assert reconciler._listed() == ([], True)
    assert asked == ["+15005550006", "+15005550007"]


def test_a_clock_that_jumps_two_days_loses_nothing_that_a_day_still_shows(house: House, ana: Person) -> None:
    """Back, too: what seems to come from the future waits until it does not."""
    house.passes(days=2)
    sid = lost(house, ana, "hello")
    house.clock.at -= timedelta(days=2)
    assert house.reconciler.run() == 0
    house.clock.at += timedelta(days=2, minutes=5)
    house.tick()
    assert list(exchanges(house)) == [sid]
    ana.reads("a person will read it")
