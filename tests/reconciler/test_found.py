"""A text of which nobody knows whether it left is found in the carrier's list or a person's, never sent again (H48)."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text, update

from app import clock, db
from app.delivery import evidence, receipts, sending, unknowns
from app.messaging.answers import Listed
from app.messaging.delivery import Report
from app.models.outbox import DeliveryEvent, Outbound
from app.simulator.faults import Fault
from app.watchers import sweeper
from escalation_desk.models import DeskItem
from tests.house import CLINIC, House
from tests.people import ANAS, ROSAS, Colleague, Person, patient
from tests.sending.outbox import accepted, report, row, write
from tests.web.browsing import signed_in

pytestmark = pytest.mark.slow


def doubtful(house: House, number: str = ANAS, body: str = "Hello", *faults: Fault, taken: bool = True) -> int:
    """A reply that the carrier took (or did not) while its answer and its reports got lost; its row."""
    house.carrier.faults.arm(Fault.ERROR_AFTER_ACCEPT if taken else Fault.ERROR_BEFORE_ACCEPT)
    if taken:
        house.carrier.faults.arm(Fault.REPORTS_LOST)
    for fault in faults:
        house.carrier.faults.arm(fault)
    row_id = write(house, number, "reply", body)
    house.work()
    assert row(row_id).state == "unknown"
    return row_id


def reasons(colleague: Colleague) -> list[str]:
    return [item.reason for item in colleague.sees("front_desk")]


# --- Found ---------------------------------------------------------------------------------------------------------


def test_it_is_found_once_the_list_has_caught_up(house: House, ana: Person, fran: Colleague) -> None:
    lost = doubtful(house)
    house.passes(seconds=110)
    assert (row(lost).state, row(lost).looked_for) == ("unknown", 0)
    house.passes(seconds=10)
    (sid,) = [entry["sid"] for entry in house.carrier.books.entries() if entry["event"] == "message"]
    assert (row(lost).state, row(lost).carrier_id) == ("delivered", sid)
    house.passes(hours=2)
    assert accepted(house) == ["Hello"]
    assert not reasons(fran)
    ana.reads("Hello")


def test_the_record_says_how_it_became_known(house: House, ana: Person, rosa: Person) -> None:
    doubtful(house)
    house.passes(minutes=2)
    ana.reads("Hello")
    house.carrier.faults.arm(Fault.ERROR_AFTER_ACCEPT)
    write(house, ROSAS, "reply", "Hola")
    house.work()
    rosa.reads("Hola")
    desk = signed_in(house, "nell", "nurse")
    of_ana, of_rosa = (desk.page(f"/patients/{who.patient_id}") for who in (ana, rosa))
    assert "It is not known whether the text left" in of_ana
    assert "It is known now that the text left: it stands in the carrier’s list" in of_ana
    assert "It is known now that the text left: the carrier reported on it" in of_rosa


def test_a_text_that_still_waits_at_the_carrier_is_found(house: House, ana: Person) -> None:
    """It has no date to be asked by (TWILIO 6.2); what becomes of it is then reported as ever."""
    house.carrier.faults.arm(Fault.ERROR_AFTER_ACCEPT)
    waits = write(house, ANAS, "reply")
    sweeper.sweep(house.gateway, house.settings)
    house.clock.passes(minutes=2)
    assert evidence.look(house.gateway, house.settings) == 1
    assert row(waits).state == "accepted"
    house.work()
    assert row(waits).state == "delivered"
    ana.reads("Hello")


def test_what_was_found_undelivered_has_its_next_step(house: House, ana: Person, fran: Colleague) -> None:
    house.carrier.handset(ANAS, kind="dead")
    lost = doubtful(house)
    house.passes(minutes=2)
    assert (row(lost).state, row(lost).error_code) == ("failed", "30005")
    assert reasons(fran) == ["not_delivered_bad_number"]


def test_a_redacted_text_is_found_by_its_time(house: House, ana: Person) -> None:
    """Its words are gone, and the end of her number: the list does not know it under that any more."""
    lost = doubtful(house, ANAS, "Hello", Fault.LIST_REDACTED)
    house.passes(minutes=2)
    assert row(lost).state == "delivered"
    ana.reads("Hello")


def test_a_list_that_is_late_is_asked_twice(house: House, ana: Person, fran: Colleague) -> None:
    house.carrier.faults.arm(Fault.LIST_LATE, seconds=300)
    lost = doubtful(house)
    house.passes(minutes=2)
    assert (row(lost).state, row(lost).looked_for) == ("unknown", 1)
    house.passes(minutes=5)
    assert (row(lost).state, row(lost).looked_for) == ("delivered", 1)
    assert not reasons(fran)
    ana.reads("Hello")


def test_a_callback_before_and_after_changes_nothing(house: House, ana: Person) -> None:
    first, second = doubtful(house, ANAS, "one"), doubtful(house, ANAS, "two")
    sids = {entry["body"]: entry["sid"] for entry in house.carrier.books.entries() if entry["event"] == "message"}
    report(house, row(first), sids["one"], "delivered")
    house.passes(minutes=2)
    report(house, row(second), sids["two"], "sent")
    report(house, row(second), sids["two"], "delivered")
    assert [row(each).state for each in (first, second)] == ["delivered", "delivered"]
    assert [row(each).carrier_id for each in (first, second)] == [sids["one"], sids["two"]]
    ana.reads("one")
    ana.reads("two")


def test_an_answer_that_comes_after_it_was_found_is_no_news(house: House, ana: Person) -> None:
    """The sender was thought dead; its request had reached the carrier, and its answer comes at last."""
    late = write(house, ANAS, "reply")
    claimed = sending._claim_next(house.settings, row(late).contact_point_id)
    assert claimed is not None
    answer = sending._hand_over(house.gateway, house.settings, claimed)
    house.clock.passes(minutes=3)
    unknowns.give_up_leases()
    assert row(late).state == "unknown"
    assert evidence.look(house.gateway, house.settings) == 1
    sending._record(claimed, answer)
    house.work()
    assert row(late).state == "delivered"
    ana.reads("Hello")


# --- Not found, or not for sure ------------------------------------------------------------------------------------


def test_not_found_twice_it_is_a_persons(house: House, ana: Person, fran: Colleague) -> None:
    lost = doubtful(house, taken=False)
    house.passes(minutes=2)
    house.passes(minutes=5)
    assert (row(lost).looked_for, reasons(fran)) == (2, [])
    house.passes(minutes=3)
    assert reasons(fran) == ["unknown_whether_sent"]
    house.passes(hours=2)
    assert (row(lost).state, row(lost).looked_for, len(reasons(fran))) == ("unknown", 2, 1)
    assert not accepted(house)


def test_while_the_list_cannot_be_read_nothing_counts_as_a_look(house: House, ana: Person, fran: Colleague) -> None:
    """After half an hour a person has it all the same; once the list is back it is found."""
    lost = doubtful(house)
    house.carrier.faults.arm(Fault.LIST_BROKEN, None)
    for _ in range(4):
        house.passes(minutes=5)
    assert (row(lost).looked_for, reasons(fran)) == (0, [])
    house.passes(minutes=11)
    assert reasons(fran) == ["unknown_whether_sent"]
    house.carrier.faults.clear()
    house.passes(minutes=5)
    assert row(lost).state == "delivered"
    ana.reads("Hello")


def test_of_two_that_could_be_it_neither_is_taken(house: House, ana: Person, fran: Colleague) -> None:
    """Twice the same words within a moment, and the carrier has them once: whose is it?"""
    taken, untaken = doubtful(house), None
    house.carrier.faults.arm(Fault.ERROR_BEFORE_ACCEPT)
    with db.transaction("tests.again") as session:
        session.execute(update(Outbound).values(key="test:earlier"))
    untaken = write(house, ANAS, "reply")
    house.work()
    assert row(untaken).state == "unknown"
    house.passes(minutes=3)
    house.passes(minutes=8)
    assert [row(each).carrier_id for each in (taken, untaken)] == [None, None]
    assert reasons(fran) == ["unknown_whether_sent"] * 2
    ana.reads("Hello")


def test_a_text_of_another_time_of_others_or_in_other_words_is_not_it(
    house: House, ana: Person, rosa: Person, fran: Colleague
) -> None:
    """None of these may be attached: the row would never be told of, and the text was never sent."""
    _sent_by_somebody(house, "Hello")  # three minutes before
    house.clock.passes(minutes=3)
    _sent_by_somebody(house, "Goodbye")
    _sent_by_somebody(house, "Hello", to=ROSAS)
    ana.texts("Hello")
    lost = doubtful(house, taken=False)
    house.clock.passes(minutes=4)
    _sent_by_somebody(house, "Hello")  # four minutes after
    house.passes(minutes=1)
    house.passes(minutes=5)
    assert (row(lost).state, row(lost).looked_for, row(lost).carrier_id) == ("unknown", 2, None)
    house.carrier.pump()
    ana.handset.reads()
    rosa.handset.reads()


def test_a_text_that_is_another_rows_is_not_it(house: House, ana: Person) -> None:
    """The same words were sent for sure a moment before; they are taken."""
    sent = write(house, ANAS, "reply")
    house.work()
    with db.transaction("tests.again") as session:
        session.execute(update(Outbound).values(key="test:earlier"))
    lost = doubtful(house, taken=False)
    house.passes(minutes=3)
    assert row(sent).state == "delivered"
    assert (row(lost).state, row(lost).looked_for) == ("unknown", 1)
    ana.reads("Hello")


def test_two_redacted_texts_of_one_moment_are_a_persons(house: House, fran: Colleague) -> None:
    """Numbers that begin alike, words that are gone: nothing tells them apart."""
    people = [patient(house, f"Nr {number}", f"+1202555016{number}") for number in range(2)]
    lost = [doubtful(house, who.handset.number, "Hello", Fault.LIST_REDACTED) for who in people[:1]]
    house.carrier.faults.arm(Fault.ERROR_BEFORE_ACCEPT)
    with db.transaction("tests.again") as session:
        session.execute(update(Outbound).values(key="test:earlier"))
    lost.append(write(house, people[1].handset.number, "reply"))
    house.work()
    house.passes(minutes=3)
    house.passes(minutes=8)
    assert [row(each).state for each in lost] == ["unknown", "unknown"]
    assert reasons(fran) == ["unknown_whether_sent"] * 2
    people[0].reads("Hello")


def test_a_text_that_cannot_be_unsealed_is_known_by_its_time(house: House, ana: Person, rosa: Person) -> None:
    lost, readable = doubtful(house), doubtful(house, ROSAS, "Hola")
    with db.transaction("tests.spoil") as session:
        session.execute(text("update outbox set body = :gone where id = :id"), {"gone": b"gone:xxxxxxxx", "id": lost})
    house.passes(minutes=2)
    with db.reading("tests.states") as session:
        states = session.execute(text("select id, state from outbox order by id")).all()
    assert [tuple(each) for each in states] == [(lost, "delivered"), (readable, "delivered")]
    ana.reads("Hello")
    rosa.reads("Hola")


def test_old_ones_are_not_looked_for(house: House, ana: Person, fran: Colleague) -> None:
    """People have had them for a day; a list of weeks is not gone through for them."""
    lost = doubtful(house)
    house.clock.passes(hours=25)
    assert evidence.look(house.gateway, house.settings) == 0
    assert (row(lost).state, row(lost).looked_for) == ("unknown", 0)
    house.tick()
    assert reasons(fran) == ["unknown_whether_sent"]
    house.carrier.pump()
    ana.reads("Hello")


# --- Several at once -----------------------------------------------------------------------------------------------


def test_two_tickers_at_once_find_each_once(house: House) -> None:
    people = [patient(house, f"Nr {number}", f"+1202555017{number}") for number in range(6)]
    lost = [doubtful(house, who.handset.number, f"Hello {number}") for number, who in enumerate(people)]
    house.clock.passes(minutes=2)
    start = threading.Barrier(2)

    def look(_: int) -> None:
        start.wait()
        evidence.look(house.gateway, house.settings)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(look, range(2)))
    assert [row(each).state for each in lost] == ["delivered"] * len(lost)
    assert len({row(each).carrier_id for each in lost}) == len(lost)
    assert len(house.rows(DeliveryEvent)) == len(lost)
    assert not house.rows(DeskItem)
    for number, who in enumerate(people):
        who.reads(f"Hello {number}")
        who.nothing_more()


def test_many_in_doubt_some_never_taken(house: House, fran: Colleague) -> None:
    """P5: nothing is sent twice, nothing is hidden; only what the carrier does not have is a person's."""
    people = [patient(house, f"Nr {number}", f"+120255502{number:02}") for number in range(24)]
    for number, who in enumerate(people):
        doubtful(house, who.handset.number, f"Hello {number}", taken=number % 6 != 0)
    house.passes(minutes=3)
    house.passes(minutes=8)
    states = {found.body: found.state for found in house.rows(Outbound)}
    never = {f"Hello {number}" for number in range(0, 24, 6)}
    assert {body for body, state in states.items() if state == "unknown"} == never
    assert sorted(accepted(house)) == sorted(states.keys() - never)
    assert reasons(fran) == ["unknown_whether_sent"] * len(never)
    for who in people:
        who.handset.reads()


@pytest.mark.parametrize(
    ("shown", "fits"),
    [(ANAS, True), (f"{ANAS[:-4]}XXXX", True), (f"{ANAS[:-4]}****", True), (ROSAS, False), ("", False),
     (f"+1303{ANAS[5:-4]}XXXX", False), (f"{ANAS[:-4]}01XX", False), (f"{ANAS}XXXX", False)],
)  # fmt: skip
def test_whose_number_a_redacted_one_may_be(house: House, ana: Person, shown: str, fits: bool) -> None:
    now = clock.now()
    ours = evidence.Doubtful(1, "t", ANAS, "Hello", now, 0, is_page=False)
    assert ours.may_be(Listed("SM1", "outbound-api", CLINIC, shown, "Hello", 0, "sent", "", now), CLINIC) == fits


def _sent_by_somebody(house: House, body: str, to: str = ANAS) -> None:
    """A text from our number that stands in no row of ours: another program, or a history that was lost."""
    house.gateway.send_text(to, body, "http://127.0.0.1:1/twilio/status?m=none", 600)


def test_a_report_for_a_row_that_is_not_there_is_kept(house: House) -> None:
    receipts.take(Report("no-such-token-at-all", "SM" + "0" * 32, "delivered", "", by="list"))
    assert [event.outbound_id for event in house.rows(DeliveryEvent)] == [None]
