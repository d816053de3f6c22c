"""Whole journeys while the carrier misbehaves: what the practice does, held against the carrier's own ledger."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.models.conversations import Exchange
from app.models.outbox import DeliveryEvent, Outbound
from app.simulator.faults import Fault
from app.watchers import sweeper
from escalation_desk.models import DeskItem, DeskItemWords
from tests.carrier.control import Control
from tests.house import House
from tests.people import Colleague, Person, appointment, visit
from tests.sending.outbox import impatient

pytestmark = pytest.mark.slow

AMBIGUOUS = (
    Fault.ERROR_AFTER_ACCEPT,
    Fault.TRUNCATED_ANSWER,
    Fault.RESET_AFTER_ACCEPT,
    Fault.ERROR_BEFORE_ACCEPT,
    Fault.RESET_BEFORE_ACCEPT,
)
TAKEN = AMBIGUOUS[:3]


@pytest.fixture
def control(house: House) -> Iterator[Control]:
    with Control(house.carrier_server.url).web as web:
        yield Control(house.carrier_server.url, web)


def bodies(house: House) -> list[str]:
    """What the carrier took from us, from a ledger without a gap."""
    truth = house.carrier.truth()
    assert truth.gaps == []
    return [text.body for text in truth.accepted]


def reminder(house: House, who: Person) -> tuple[int, Outbound]:
    """An appointment whose reminder has been handed over; the sweeper has not been round again."""
    booked = visit(house, who)
    house.tick()
    (row,) = house.rows(Outbound)
    return booked, row


def state(house: House, row: Outbound) -> str:
    (now,) = house.rows(Outbound, Outbound.id == row.id)
    return now.state


def test_a_clinical_text_that_comes_twice_is_one_item_and_one_answer(
    house: House, control: Control, ana: Person, nora: Colleague
) -> None:
    control.switch(Fault.INBOUND_TWICE)
    ana.texts("my chest hurts")
    assert [one.http for one in house.carrier.truth().webhooks] == [200, 200]
    assert len(house.rows(Exchange)) == 1
    (item,) = nora.sees()
    assert [words.desk_item_id for words in house.rows_of(DeskItemWords)] == [item.id]
    ana.reads("911")
    ana.nothing_more()


def test_a_yes_that_comes_again_two_days_later_changes_nothing(
    house: House, control: Control, ana: Person, nora: Colleague
) -> None:
    booked, _ = reminder(house, ana)
    ana.reads("Reply 1")
    control.switch(Fault.INBOUND_TWICE, seconds=48 * 3600)
    ana.texts("1")
    ana.reads("")
    confirmed = appointment(booked).confirmed_at
    assert confirmed is not None
    house.clock.passes(hours=48)
    house.work()
    assert len(house.carrier.truth().webhooks) == 2
    assert appointment(booked).confirmed_at == confirmed
    assert len(house.rows(Exchange)) == 1
    ana.nothing_more()


def test_half_a_sentence_that_comes_first_does_not_hide_the_other(
    house: House, control: Control, ana: Person, nora: Colleague
) -> None:
    """H07: "my chest" is overtaken by "hurts"; read together they are an emergency whichever came first."""
    control.switch(Fault.INBOUND_OVERTAKEN)
    ana.texts("my chest")
    ana.texts("hurts")
    assert [row.body for row in house.rows(Exchange)] == ["hurts", "my chest"]
    (item,) = nora.sees()
    assert {words.desk_item_id for words in house.rows_of(DeskItemWords)} == {item.id}
    ana.reads("A nurse will read your message", "911")
    ana.reads("Do not wait for a text from us", "911")
    ana.nothing_more()


def test_a_choice_that_comes_hours_late_is_put_before_people(
    house: House, control: Control, ana: Person, fran: Colleague
) -> None:
    """DESIGN 2: a choice counts only within the life of its question."""
    booked, _ = reminder(house, ana)
    ana.reads("Reply 1")
    control.switch(Fault.INBOUND_LATE, seconds=47 * 3600)
    ana.texts("1")
    assert not house.rows(Exchange)
    house.clock.passes(hours=47)
    house.work()
    assert len(house.rows(Exchange)) == 1
    assert appointment(booked).confirmed_at is None
    assert [item.reason for item in fran.sees("front_desk")] == ["late_answer"]
    ana.reads("too late", "A person will read it")
    ana.nothing_more()


@pytest.mark.parametrize("fault", AMBIGUOUS)
def test_a_send_with_a_doubtful_end_is_never_sent_again(
    house: House, control: Control, ana: Person, fran: Colleague, fault: Fault
) -> None:
    """P5: the row is `unknown`; a callback settles it, else a person. The carrier's ledger has it at most once."""
    control.switch(fault)
    visit(house, ana)
    sweeper.sweep(house.gateway, house.settings)
    house.tick()
    (row,) = house.rows(Outbound)
    taken = fault in TAKEN
    assert state(house, row) == ("delivered" if taken else "unknown")
    house.passes(minutes=11)
    house.passes(hours=2)
    assert len(bodies(house)) == taken
    assert [item.reason for item in fran.sees("front_desk")] == ([] if taken else ["unknown_whether_sent"])
    if taken:
        ana.reads("Reply 1")
    ana.nothing_more()


def test_a_doubtful_end_whose_reports_are_lost_is_found_in_the_list(
    house: House, control: Control, ana: Person, fran: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(house, monkeypatch)
    control.switch(Fault.READ_TIMEOUT)
    control.switch(Fault.REPORTS_LOST)
    _, row = reminder(house, ana)
    assert state(house, row) == "unknown"
    house.passes(minutes=2)
    assert state(house, row) == "delivered"
    house.passes(minutes=11)
    assert len(bodies(house)) == 1
    assert not fran.sees("front_desk")
    ana.reads("Reply 1")


@pytest.mark.parametrize("fault", [Fault.REPORTS_REVERSED, Fault.REPORTS_TWICE, Fault.REPORTS_LATE])
def test_reports_that_go_astray_never_lower_a_state(house: House, control: Control, ana: Person, fault: Fault) -> None:
    """H53."""
    control.switch(fault)
    _, row = reminder(house, ana)
    late = fault is Fault.REPORTS_LATE
    assert state(house, row) == ("accepted" if late else "delivered")
    house.passes(seconds=60)
    assert state(house, row) == "delivered"
    told = [one.status for one in house.carrier.truth().callbacks]
    assert len(told) == (4 if fault is Fault.REPORTS_TWICE else 2)
    assert told[0] == ("delivered" if fault is Fault.REPORTS_REVERSED else "sent")
    assert {event.status for event in house.rows(DeliveryEvent)} == {"sent", "delivered"}
    assert len(house.rows(DeliveryEvent)) == 2
    ana.reads("Reply 1")


@pytest.mark.parametrize(
    "fault",
    [
        Fault.OPTED_OUT_LATER,
        Fault.UNREACHABLE,
        Fault.UNKNOWN_NUMBER,
        Fault.LANDLINE,
        Fault.FILTERED,
        Fault.UNREGISTERED,
    ],
)
def test_a_reminder_that_does_not_arrive_is_somebodys_task(
    house: House, control: Control, ana: Person, fran: Colleague, fault: Fault
) -> None:
    """H21, P7: whatever the code, a person is asked; the appointment stays as it is."""
    control.switch(fault)
    booked, row = reminder(house, ana)
    assert state(house, row) == "failed"
    assert len(fran.sees("front_desk")) == 1
    assert appointment(booked).state == "booked"
    assert len(bodies(house)) == 1
    ana.nothing_more()


@pytest.mark.long
def test_a_storm_of_faults_doubles_nothing_and_hides_nothing(
    house: House, control: Control, ana: Person, rosa: Person, nora: Colleague
) -> None:
    """Twenty texts through a bad carrier, by seed: one exchange for each that arrived, one answer at most for each."""
    for place, fault in enumerate(
        (Fault.INBOUND_TWICE, Fault.INBOUND_OVERTAKEN, Fault.INBOUND_LATE, Fault.REPORTS_REVERSED, Fault.REPORTS_TWICE)
    ):
        control.switch(fault, times=None, chance=0.3, seed=20 + place)
    for fault in (Fault.ERROR_AFTER_ACCEPT, Fault.ERROR_BEFORE_ACCEPT, Fault.TOO_MANY_REQUESTS):
        control.switch(fault, times=None, chance=0.15, seed=7)
    for number in range(10):
        ana.texts(f"my chest hurts {number}")
        rosa.texts(f"me duele el pecho {number}")
        house.passes(seconds=20)
    control.off()
    house.passes(minutes=5)
    house.passes(minutes=15)
    truth = house.carrier.truth()
    assert truth.gaps == []
    assert len(truth.struck) > 5
    assert sorted(row.key for row in house.rows(Exchange)) == sorted(text.sid for text in truth.inbound)
    assert len({item.contact_point_id for item in house.rows(DeskItem, DeskItem.list == "nurses")}) == 2
    callbacks = [text.status_callback for text in truth.accepted]
    assert len(callbacks) == len(set(callbacks)), "the token of each row stands in its callback: no row was sent twice"
    doubtful = [row for row in house.rows(Outbound) if row.state == "unknown"]
    reasons = [item.reason for item in house.rows(DeskItem)]
    assert reasons.count("unknown_whether_sent") == len(doubtful)
    for person in (ana, rosa):
        person.handset.reads()
        person.unread = []
    assert house.clock() - truth.inbound[0].at < timedelta(hours=1)
