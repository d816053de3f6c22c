"""What the carrier tells us afterwards: states only rise, and every failure is somebody's next step (H53, H21)."""

from itertools import permutations

import pytest

from app import db
from app.delivery import sending
from app.messaging.answers import Accepted
from app.messaging.errors import MEANINGS
from app.models.outbox import DeliveryEvent, Outbound
from app.models.patients import ConsentEvent
from app.simulator.faults import Fault
from app.watchers import sweeper
from escalation_desk import handling
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import ANAS, Colleague, Person, visit
from tests.sending.outbox import point, report, row, write

pytestmark = pytest.mark.slow

STEPS = ("queued", "sending", "sent", "delivered")
ORDER = {"accepted": 0, "sent": 1, "delivered": 2}


def _handed_over(house: House, body: str = "Hello") -> int:
    """A text the carrier has accepted and reported nothing about."""
    sent = write(house, ANAS, "reply", body)
    sweeper.sweep(house.gateway, house.settings)
    assert row(sent).state == "accepted"
    return sent


@pytest.mark.long
def test_reports_in_any_order_never_lower_the_state(house: House, ana: Person) -> None:
    """H53: every order of queued, sending, sent, delivered, each told twice; delivered is where all of them end."""
    for number, order in enumerate(permutations(STEPS)):
        sent = _handed_over(house, body=f"text {number}")
        sid = row(sent).carrier_id or ""
        reached = [ORDER["accepted"]]
        for status in (*order, *order):
            assert report(house, row(sent), sid, status).status == 204
            reached.append(ORDER[row(sent).state])
        assert reached == sorted(reached)
        assert row(sent).state == "delivered"
    assert len(house.rows(DeliveryEvent)) == 24 * 4
    assert not house.rows(DeskItem)
    house.carrier.pump()
    ana.handset.reads()


@pytest.mark.parametrize("first", ["delivered", "undelivered", "failed"])
def test_of_two_ends_the_first_stays(house: House, ana: Person, first: str) -> None:
    """TWILIO 3.2: the later end is kept as an event, and changes nothing."""
    sent = _handed_over(house)
    sid = row(sent).carrier_id or ""
    for status in (first, "delivered", "undelivered", "failed", "sent"):
        report(house, row(sent), sid, status, "30003" if status in ("undelivered", "failed") else "")
    assert row(sent).state == ("delivered" if first == "delivered" else "failed")
    assert len(house.rows(DeskItem)) == (first != "delivered")
    house.carrier.pump()
    ana.handset.reads()


def test_a_report_faster_than_the_answer_is_not_taken_back(house: House, ana: Person) -> None:
    """The callback may come before our own request has returned."""
    fast = write(house, ANAS, "reply")
    claimed = sending._claim_next(house.settings, 1)
    assert claimed is not None
    answer = sending._hand_over(house.gateway, house.settings, claimed)
    assert isinstance(answer, Accepted)
    report(house, row(fast), answer.carrier_id, "sent")
    sending._record(claimed, answer)
    assert (row(fast).state, row(fast).carrier_id) == ("sent", answer.carrier_id)
    house.work()
    ana.reads("Hello")


def test_reports_about_nothing_are_kept_and_harmless(house: House, ana: Person) -> None:
    sent = _handed_over(house)
    unknown = row(sent)
    unknown.token = "t" * 32
    assert report(house, unknown, "SM" + "0" * 32, "delivered").status == 204
    assert report(house, row(sent), row(sent).carrier_id or "", "a_new_status").status == 204
    assert row(sent).state == "accepted"
    assert len(house.rows(DeliveryEvent)) == 2
    house.carrier.pump()
    ana.reads("Hello")


def test_a_report_with_the_id_of_another_text_is_no_fault_of_ours(house: House, ana: Person) -> None:
    one, two = _handed_over(house, body="one"), _handed_over(house, body="two")
    assert report(house, row(two), row(one).carrier_id or "", "delivered").status == 204
    assert row(one).state == "accepted"
    house.work()
    ana.handset.reads()


@pytest.mark.of_words
@pytest.mark.parametrize("code", sorted({*MEANINGS, "39999", ""}))
def test_every_error_code_has_a_next_step(house: House, ana: Person, fran: Colleague, code: str) -> None:
    """TWILIO 3.3, H21: whatever the carrier says, a person has the matter; a code nobody knows too."""
    sent = _handed_over(house)
    assert report(house, row(sent), row(sent).carrier_id or "", "undelivered", code).status == 204
    assert (row(sent).state, row(sent).error_code) == ("failed", code or None)
    means = MEANINGS.get(code, "unexplained")
    assert [item.reason for item in fran.sees("front_desk")] == [f"not_delivered_{means}"]
    number = point(house, ANAS)
    assert (number.opted_out_at is not None) == (means == "opted_out")
    assert number.cannot_text == (means if means in ("landline", "bad_number") else None)
    house.carrier.pump()
    ana.handset.reads()


def test_a_hand_off_that_cannot_be_delivered_marks_the_nurses_item(house: House, ana: Person, nora: Colleague) -> None:
    """P9: the carrier refuses it, so the item says “cannot be texted: call”."""
    house.carrier.handset(ANAS, kind="landline")
    ana.texts("my chest hurts")
    (item,) = nora.sees("nurses")
    assert item.cannot_text
    assert point(house, ANAS).cannot_text == "landline"


def test_a_nurses_text_that_is_not_delivered_brings_the_closed_item_back(
    house: House, ana: Person, nora: Colleague
) -> None:
    """H21: closed and believed answered; her phone was off."""
    ana.texts("my chest hurts")
    ana.reads("911")
    (item,) = nora.sees("nurses")
    nora.claims(item)
    nora.reads_all(item)
    house.carrier.handset(ANAS, kind="off")

    with db.transaction("tests.reply") as session:
        handling.reply(session, item.id, nora.id, 1, "Please call us.", "form-1", 0)
    house.clock.passes(seconds=10)  # nobody takes it back
    sweeper.sweep(house.gateway, house.settings)
    nora.closes(item, "nothing_to_do", "She was answered by text.")
    (again,) = nora.sees("nurses")
    assert (again.id, again.cannot_text, again.times_opened) == (item.id, True, 2)


def test_a_late_failure_is_told_on_the_item_that_is_open_now(house: House, ana: Person, nora: Colleague) -> None:
    """H21: four days later the carrier gives up, and her next words stand on another item already."""
    ana.texts("my chest hurts")
    ana.reads("911")
    (item,) = nora.sees("nurses")
    nora.settles(item)
    first = row(1)
    house.passes(hours=80)
    ana.texts("I feel dizzy")
    ana.reads("nurse")
    (now,) = nora.sees("nurses")
    assert now.id != item.id
    with db.transaction("tests.undecided") as session:
        session.get_one(Outbound, first.id).state = "sent"
    assert report(house, first, first.carrier_id or "", "undelivered", "30003").status == 204
    (now,) = nora.sees("nurses")
    assert now.cannot_text


@pytest.mark.parametrize("kind", ["landline", "dead"])
def test_a_reminder_to_a_number_that_takes_no_texts(house: House, ana: Person, fran: Colleague, kind: str) -> None:
    """Its conversation ends, a person calls, and the number is not tried again."""
    house.carrier.handset(ANAS, kind=kind)
    visit(house, ana, days=2, hour=9)
    house.tick()
    ana.nothing_more()
    assert len(fran.sees("front_desk")) == 1
    house.becomes(house.on(1, 10))
    assert len(house.carrier.state.messages) == 1


def test_opted_out_at_the_carrier_alone_is_mirrored(house: House, ana: Person, fran: Colleague) -> None:
    """H49: 21610 is the only sign of an opt-out that the carrier swallowed."""
    house.carrier.faults.arm(Fault.OPTED_OUT)
    visit(house, ana, days=2, hour=9)
    house.tick()
    assert point(house, ANAS).opted_out_at is not None
    assert [(event.kind, event.source) for event in house.rows(ConsentEvent)] == [("opt_out", "carrier")]
    assert [item.reason for item in fran.sees("front_desk")] == ["confirm_by_phone_opted_out"]
    house.becomes(house.on(1, 10))
    ana.nothing_more()
