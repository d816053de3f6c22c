"""What the front desk reads of clinical matters: that, when and by whom, not what (P11); a patient on the telephone can
still be told who has her words."""

import pytest

from app import db
from escalation_desk import handling
from tests.house import House
from tests.people import Colleague, Person, visit
from tests.screens.desk import Browser, signed_in, words_of

pytestmark = [pytest.mark.slow, pytest.mark.of_pages]

SECRETS = (
    "my knee is swollen", "Please keep the leg up", "Dr. Chen agrees", "Rest it, call if worse", "nurse will read",
    "Advised by phone", "clinical words",
)  # fmt: skip


@pytest.fixture
def told(house: House, ana: Person, nora: Colleague) -> Person:
    """Ana wrote of her knee; Nora answered, noted and closed."""
    ana.texts("my knee is swollen")
    ana.reads("nurse")
    (item,) = nora.sees()
    nora.claims(item)
    nora.reads_all(item)
    nora.replies(item, "Please keep the leg up", "form-of-the-reply")
    ana.reads("leg up")
    with db.transaction("tests.note") as session:
        handling.write_note(session, item.id, nora.id, "Dr. Chen agrees", "form-of-the-note")
    nora.closes(item, "advised_by_phone", "Rest it, call if worse")
    return ana


@pytest.mark.parametrize("path", ["/patients/{}", "/numbers/1"])
def test_the_front_desk_sees_that_the_nurses_have_words(told: Person, front_desk: Browser, path: str) -> None:
    shown = words_of(front_desk.opens(path.format(told.patient_id)))
    for secret in SECRETS:
        assert secret not in shown, secret
    for said in (
        "wrote words for the nurses; the nurses have them", "Put on the nurses’ list", "Nora claimed the item",
        "Nora wrote a text about the nurses’ matter", "The text was delivered", "Nora wrote a note for the nurses",
        "Nora closed the item",
    ):  # fmt: skip
        assert said in shown, said


@pytest.mark.parametrize("role", ["nurse", "manager", "auditor"])
def test_everybody_else_reads_it_all(house: House, told: Person, role: str) -> None:
    shown = words_of(signed_in(house, "Somebody", role).opens(f"/patients/{told.patient_id}"))
    for secret in SECRETS:
        assert secret in shown, secret
    assert "for the nurses" not in shown


def test_what_is_the_front_desks_own_is_read(house: House, ana: Person, front_desk: Browser, nora: Colleague) -> None:
    """Words for the front desk, and what a nurse handed over to it."""
    ana.texts("zxqv blorp")
    ana.reads("person will read it")
    assert "zxqv blorp" in front_desk.opens(f"/patients/{ana.patient_id}")
    ana.texts("I'm dying to see Dr. Chen")
    ana.reads()
    assert "dying to see" not in front_desk.opens(f"/patients/{ana.patient_id}")
    assert "zxqv blorp" not in front_desk.opens(f"/patients/{ana.patient_id}"), "it went to the nurses with them"
    (item,) = nora.sees()
    nora.claims(item)
    nora.reads_all(item)
    nora.moves(item, "front_desk")
    shown = words_of(front_desk.opens(f"/patients/{ana.patient_id}"))
    assert "dying to see" in shown
    assert "zxqv blorp" in shown


def test_a_front_desk_item_tells_no_nurses_words(told: Person, house: House, front_desk: Browser) -> None:
    """The timeline beside an item is the number's, so the same holds there."""
    visit(house, told)
    house.tick()
    told.reads("Reply 1")
    told.texts("2")
    told.reads("stays for now")
    shown = words_of(front_desk.opens("/desk/items/2"))
    assert "Another time is wanted" in shown
    assert "wrote words for the nurses" in shown
    for secret in SECRETS:
        assert secret not in shown, secret
