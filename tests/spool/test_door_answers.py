"""What the door answered in an outage: found in the carrier's list, or a person's, and never said again (P5)."""

import pytest

from app import clock
from app.inbound import outage
from app.inbound.scene import InboundText
from app.models.outbox import Outbound
from app.models.patients import ContactPoint
from app.simulator.faults import Fault
from escalation_desk import items
from tests.house import CLINIC, House
from tests.journeys.test_outage import database_gone
from tests.people import ANAS, Colleague, Person
from tests.reconciler.carrier import lost


def answered(house: House, who: Person, *bodies: str) -> None:
    """The door has answered each of these, and its words are taken in."""
    with database_gone(house):
        for body in bodies:
            who.handset.texts(body)
            who.reads("911")
            house.clock.passes(seconds=20)
    take_in(house)


def dies_with_half_of_its_answer(house: House, who: Person, body: str) -> None:
    """Her words are kept, and nothing of the answer ever comes to the carrier."""
    sid = lost(house, who, body)
    outage.answer(InboundText(key=sid, from_number=ANAS, to_number=CLINIC, body=body, received_at=clock.now()))


def take_in(house: House) -> None:
    assert house.settings.spool_dir is not None
    while outage.replay(house.settings.spool_dir):
        pass
    house.work()


def states(house: House) -> list[tuple[str, str | None]]:
    return [(row.state, row.carrier_id) for row in house.rows(Outbound, Outbound.text_name == "at_the_door")]


def replies(house: House) -> list[str]:
    """The carrier's ids of what it took as answers of the door."""
    return [text.sid for text in house.carrier.truth().accepted if text.direction == "outbound-reply"]


def tasks(who: Colleague, list_name: items.ListName) -> list[str]:
    return [item.reason for item in who.sees(list_name) if item.kind == "task"]


@pytest.mark.parametrize("body", ["my chest hurts", "hello there"])
def test_an_answer_that_arrived_is_found_in_the_carriers_list(
    house: House, ana: Person, nora: Colleague, fran: Colleague, body: str
) -> None:
    answered(house, ana, body)
    assert states(house) == [("unknown", None)]
    for _ in range(4):
        house.passes(minutes=4)
    assert states(house) == [("delivered", replies(house)[0])]
    assert (tasks(nora, "nurses"), tasks(fran, "front_desk")) == ([], [])
    ana.nothing_more()


def test_an_answer_lost_with_the_door_is_a_nurses_to_know_of(house: House, ana: Person, nora: Colleague) -> None:
    """H58: her words were kept, she was told nothing; nothing is said twice, and nobody is left to wonder."""
    with database_gone(house):
        dies_with_half_of_its_answer(house, ana, "my chest hurts")
    take_in(house)
    for _ in range(4):
        house.passes(minutes=4)
    assert states(house) == [("unknown", None)]
    assert tasks(nora, "nurses") == ["unknown_whether_sent"]
    ana.nothing_more()
    for _ in range(2):
        house.passes(minutes=40)
    assert tasks(nora, "nurses") == ["unknown_whether_sent"], "once"


def test_of_words_that_asked_for_nothing_the_front_desk_knows(house: House, ana: Person, fran: Colleague) -> None:
    with database_gone(house):
        dies_with_half_of_its_answer(house, ana, "thanks")
    take_in(house)
    for _ in range(4):
        house.passes(minutes=4)
    assert tasks(fran, "front_desk") == ["unknown_whether_sent"]


def test_after_a_long_outage_it_is_looked_for_before_anybody_is_told(
    house: House, ana: Person, nora: Colleague, fran: Colleague
) -> None:
    with database_gone(house):
        ana.handset.texts("my chest hurts")
        ana.reads("911")
        house.clock.passes(hours=3)
    take_in(house)
    assert tasks(nora, "nurses") == []
    house.passes(minutes=1)
    assert states(house)[0][0] == "delivered"
    assert tasks(nora, "nurses") == []


def test_several_answers_in_the_same_words_are_each_found(house: House, ana: Person, nora: Colleague) -> None:
    answered(house, ana, "my chest hurts", "my arm hurts", "I feel faint")
    for _ in range(4):
        house.passes(minutes=4)
    assert states(house) == [("delivered", sid) for sid in replies(house)]
    assert tasks(nora, "nurses") == []


def test_when_one_of_several_was_lost_nobody_is_taken_to_know_which(house: House, ana: Person, nora: Colleague) -> None:
    with database_gone(house):
        dies_with_half_of_its_answer(house, ana, "my chest hurts")
        house.clock.passes(seconds=20)
    answered(house, ana, "my arm hurts")
    for _ in range(4):
        house.passes(minutes=4)
    assert [state for state, _ in states(house)] == ["unknown", "unknown"]
    assert tasks(nora, "nurses") == ["unknown_whether_sent"] * 2


def test_an_answer_that_could_not_be_delivered_shuts_the_number(house: House, ana: Person, nora: Colleague) -> None:
    """H21: whoever was told nothing must be called."""
    house.carrier.handset(ANAS, kind="landline")
    with database_gone(house):
        ana.handset.texts("my chest hurts")
    take_in(house)
    for _ in range(4):
        house.passes(minutes=4)
    assert [state for state, _ in states(house)] == ["failed"]
    assert next(item for item in nora.sees("nurses") if item.kind == "words").cannot_text
    assert [point.cannot_text for point in house.rows(ContactPoint) if point.number == ANAS] == ["landline"]


def test_while_the_list_cannot_be_read_people_hear_of_it_in_half_an_hour(
    house: House, ana: Person, nora: Colleague
) -> None:
    answered(house, ana, "my chest hurts")
    house.carrier.faults.arm(Fault.LIST_BROKEN, None)
    house.passes(minutes=25)
    assert tasks(nora, "nurses") == []
    house.passes(minutes=10)
    assert tasks(nora, "nurses") == ["unknown_whether_sent"]


def test_a_stop_was_answered_by_nobody(house: House, ana: Person) -> None:
    with database_gone(house):
        ana.handset.texts("please stop texting me")
    take_in(house)
    assert states(house) == []
