"""What should have come to the nurses: it reaches one now, and is proposed for the word lists once (H01, P13)."""

import pytest
from sqlalchemy import select

from app import db
from app.models.conversations import Exchange
from app.models.records import Entry
from app.models.reviews import Proposal
from escalation_desk import hush, missed, proposals
from escalation_desk.holding import Refused
from escalation_desk.models import DeskItem
from escalation_desk.proposals import Decision
from tests.house import House
from tests.people import Colleague, Person, visit

pytestmark = pytest.mark.of_pages


def says(house: House, nurse: Colleague, exchange_id: int = 1, source: str = "marked") -> None:
    with db.transaction("tests.should_have_come") as session:
        missed.should_have_come(session, exchange_id, source, nurse.id)


def is_hushed(item: DeskItem) -> bool:
    assert item.contact_point_id is not None
    with db.reading("tests.hushed") as session:
        return hush.hushed(session, item.contact_point_id, item.patient_id)


def proposed(house: House) -> list[tuple[int, str, str]]:
    return [(each.exchange_id, each.source, each.state) for each in house.rows(Proposal)]


def test_this_is_clinical_proposes_what_was_not_understood_as_such(
    house: House, ana: Person, fran: Colleague, nora: Colleague
) -> None:
    ana.texts("the wuzzlefits again")
    ana.reads("person will read")
    ana.texts("thanks")
    ana.texts("please cancel my appointment")
    (item,) = fran.sees("front_desk")
    fran.moves(item, "nurses")
    assert proposed(house) == [(1, "called_clinical", "open")], "not the words that were understood"
    assert house.rows(Proposal)[0].proposed_by == fran.id
    ana.texts("and my chest hurts")
    ana.reads("911")
    assert [each.id for each in nora.sees()] == [item.id]
    assert len(proposed(house)) == 1


def test_what_a_machine_answered_becomes_a_task_for_the_nurses_and_holds_outreach_back(
    house: House, ana: Person, nora: Colleague
) -> None:
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("yes")
    ana.reads("confirmed")
    says(house, nora)
    says(house, nora)
    (task,) = nora.sees()
    assert (task.reason, task.kind, task.patient_id) == ("should_have_come", "task", ana.patient_id)
    assert is_hushed(task)
    nora.settles(task, "advised_by_phone", "it was nothing")
    assert not is_hushed(task)
    assert proposed(house) == [(1, "marked", "open")]


def test_what_stands_on_the_front_desks_list_is_handed_over_and_no_second_item(
    house: House, ana: Person, fran: Colleague, nora: Colleague
) -> None:
    ana.texts("the wuzzlefits again")
    ana.reads("person will read")
    ana.texts("blorp")
    says(house, nora)
    assert proposed(house) == [(1, "marked", "open")], "that text alone"
    (item,) = nora.sees()
    assert (item.kind, item.reason) == ("words", "called_clinical")
    assert fran.sees("front_desk") == []
    says(house, nora)
    assert len(house.rows(DeskItem)) == 1


def test_what_a_colleague_is_working_on_is_not_taken_from_her(
    house: House, ana: Person, fran: Colleague, nora: Colleague
) -> None:
    ana.texts("the wuzzlefits again")
    ana.reads("person will read")
    (hers,) = fran.sees("front_desk")
    fran.claims(hers)
    says(house, nora)
    assert [each.id for each in fran.sees("front_desk")] == [hers.id]
    assert [each.reason for each in nora.sees()] == ["should_have_come"]


def test_what_came_to_the_nurses_by_itself_cannot_be_proposed(house: House, ana: Person, nora: Colleague) -> None:
    ana.texts("my chest hurts")
    ana.reads("911")
    for exchange_id, sentence in ((1, "by themselves"), (99, "no such text")):
        with pytest.raises(Refused, match=sentence):
            says(house, nora, exchange_id)
    assert proposed(house) == []


def test_one_nurse_decides_with_words_and_kind_or_with_a_reason(house: House, ana: Person, nora: Colleague) -> None:
    for words in ("the wuzzlefits again", "hm"):
        ana.texts(words)
    ana.reads("person will read")
    says(house, nora, 1)
    says(house, nora, 2)
    first, second = (each.id for each in house.rows(Proposal))
    for decision, sentence in (
        (Decision("taken"), "write the words"),
        (Decision("taken", "wuzzlefits", "nonsense"), "what kind"),
        (Decision("taken", "x" * 201, "symptom"), "201 characters"),
        (Decision("left", why="x" * 1001), "1001 characters"),
    ):
        with pytest.raises(Refused, match=sentence):
            decides(nora, first, decision)
    decides(nora, first, Decision("taken", " wuzzlefits ", "symptom"))
    decides(nora, second, Decision("left", why="says nothing"))
    with pytest.raises(Refused, match="Somebody else"):
        decides(nora, first, Decision("left"))
    one, two = house.rows(Proposal)
    assert (one.state, one.entry, one.kind, one.decided_by) == ("taken", "wuzzlefits", "symptom", nora.id)
    assert (two.state, two.entry, two.why) == ("left", None, "says nothing")
    with db.reading("tests.decided") as session:
        kinds = session.scalars(select(Entry.kind).where(Entry.stream == f"staff:{nora.id}")).all()
    assert kinds.count("proposal_decided") == 2
    assert len(house.rows(Exchange)) == 2


def decides(nurse: Colleague, proposal_id: int, decision: Decision) -> None:
    with db.transaction("tests.decides") as session:
        proposals.decide(session, proposal_id, nurse.id, decision)
