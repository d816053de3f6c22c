"""The two lists as people see them."""

import re
from typing import Any

import pytest
from sqlalchemy import event

from app import db
from app.models.records import Entry
from app.on_call import climbing
from app.watchers import auditor
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Person, patient, visit
from tests.screens.desk import words_of
from tests.web.browsing import path_of, signed_in


def test_words_appear_with_age_owner_and_what_matched(house: House, ana: Person) -> None:
    nora = signed_in(house, "nora", "nurse")
    assert "Nobody is waiting." in nora.page("/desk/nurses")
    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse will read your message")
    house.clock.passes(minutes=4)
    page = nora.page("/desk/nurses")
    assert "4 min" in page
    assert "Ana López" in page
    assert "(202) 555-0101" in page
    assert re.search(r"<mark>[^<]*(knee|swollen)", page)
    assert "Nobody yet" in page
    assert "<title>(1) Nurses · Handrail</title>" in page
    nora.posts("/desk/items/1/claim")
    assert "Yours" in nora.page("/desk/nurses")
    nils = signed_in(house, "nils", "nurse")
    assert "Nora has it" in nils.page("/desk/nurses")


def test_crisis_words_stand_first_with_a_sign_in_words(house: House, ana: Person, rosa: Person) -> None:
    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse")
    house.clock.passes(minutes=30)
    rosa.texts("me quiero morir")
    rosa.reads("988")
    nora = signed_in(house, "nora", "nurse")
    page = nora.page("/desk/nurses")
    assert page.index("Rosa Jiménez") < page.index("Ana López")
    assert "Crisis words" in page[page.index('id="item-2"') : page.index('id="item-1"')]
    assert "Crisis words" not in page[page.index('id="item-1"') :]
    assert "<title>(2!) Nurses · Handrail</title>" in page


def test_a_nurse_is_to_be_told_before_anything_older_is_done(house: House, ana: Person, stranger: Person) -> None:
    """Words wait for a nurse and nobody takes them: that does not sink among older tasks."""
    stranger.texts("is this the bakery on Main?")
    stranger.reads("person will read it")
    house.clock.passes(hours=2)
    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse")
    for _ in range(2):
        house.passes(minutes=6)
        climbing.climb()
    auditor.audit(house.settings)
    page = signed_in(house, "fran", "front_desk").page("/desk/front-desk")
    told = page.index("▲</span> Words wait on the nurses’ list")
    assert told < page.index("is this the bakery")
    assert "First what a nurse must be told of, and crisis and emergency words; then what" in words_of(page)


def test_a_shared_number_is_marked_unconfirmed(house: House, ana: Person, sam: Person) -> None:
    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse")
    nora = signed_in(house, "nora", "nurse")
    page = nora.page("/desk/nurses")
    assert "Ana López or Sam López" in page
    assert "Speaker unconfirmed" in page
    assert "Speaker unconfirmed" in nora.page("/desk/items/1")


def test_a_number_that_refuses_texts_says_call(house: House, ana: Person) -> None:
    ana.texts("STOP")
    ana.texts("my knee is swollen since yesterday")
    house.work()
    ana.handset.reads()
    nora = signed_in(house, "nora", "nurse")
    assert "Cannot be texted: call" in nora.page("/desk/nurses")
    nora.posts("/desk/items/1/claim")
    page = nora.page("/desk/items/1")
    assert "This number cannot be texted. Please call (202) 555-0101." in page
    assert "/reply" not in page


@pytest.mark.slow
def test_each_role_sees_its_least(house: House, ana: Person, stranger: Person) -> None:
    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse")
    stranger.texts("is this the bakery on Main?")
    stranger.reads("person will read it")
    nurses_item, desk_item = house.rows(DeskItem)
    assert (nurses_item.list, desk_item.list) == ("nurses", "front_desk")
    sees = {"nurse": (200, 200), "front_desk": (404, 200), "manager": (200, 200), "auditor": (200, 200)}
    acts = {"nurse": (303, 303), "front_desk": (404, 303), "manager": (403, 303), "auditor": (403, 403)}
    lists = {"nurse": 200, "front_desk": 403, "manager": 200, "auditor": 200}
    for role, codes in sees.items():
        person = signed_in(house, role.replace("_", "-"), role)
        assert person.get("/desk/nurses").status_code == lists[role]
        assert person.get("/desk/nurses/rows").status_code == lists[role]
        for item, seen, acted in zip((nurses_item, desk_item), codes, acts[role], strict=True):
            assert person.get(f"/desk/items/{item.id}").status_code == seen, (role, item.list)
            assert person.get(f"/desk/items/{item.id}/now").status_code == seen, (role, item.list)
            claimed = person.posts(f"/desk/items/{item.id}/claim")
            assert claimed.status_code == acted, (role, item.list)
            if acted == 303:
                person.posts(f"/desk/items/{item.id}/release")
        hidden = person.get("/desk/items/1").text if codes[0] == 404 else ""
        assert hidden == (person.get("/desk/items/999").text if hidden else "")


def test_each_role_comes_home_to_its_own_list(house: House) -> None:
    homes = {"nurse": "nurses", "front_desk": "front-desk", "manager": "front-desk", "auditor": "nurses"}
    for role, home in homes.items():
        assert path_of(signed_in(house, role.replace("_", "-"), role).get("/")) == f"/desk/{home}"


def test_who_looked_is_recorded(house: House, ana: Person) -> None:
    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse")
    nora = signed_in(house, "nora", "nurse")
    for _ in range(3):
        nora.page("/desk/nurses")
    for _ in range(3):
        nora.page("/desk/nurses/rows")
        nora.page("/desk/items/1")
    looks = [entry for entry in _entries(nora.staff_id) if entry.kind.startswith("looked_at")]
    assert [entry.kind for entry in looks] == ["looked_at_items"] * 3 + ["looked_at_item"]
    assert {tuple(entry.details.get("ids", ())) for entry in looks[:3]} == {(1,)}


def test_new_rows_on_an_open_list_are_recorded_as_seen(house: House, ana: Person, rosa: Person) -> None:
    nora = signed_in(house, "nora", "nurse")
    nora.page("/desk/nurses")
    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse")
    nora.page("/desk/nurses/rows")
    nora.page("/desk/nurses/rows")
    rosa.texts("me duele la rodilla")
    rosa.reads("enfermer")
    nora.page("/desk/nurses/rows")
    ids = [entry.details["ids"] for entry in _entries(nora.staff_id) if entry.kind == "looked_at_items"]
    assert ids == [[], [1], [1, 2]]


@pytest.mark.slow
def test_a_long_list_costs_as_few_statements_as_a_short_one(house: House) -> None:
    nora = signed_in(house, "nora", "nurse")
    for number in range(12):
        person = patient(house, f"Patient {number}", f"+120255502{number:02}")
        person.handset.texts("my knee is swollen since yesterday")
    house.work()
    nora.page("/desk/nurses")
    statements: list[str] = []

    def note(*args: Any) -> None:
        statements.append(args[2])

    event.listen(db.engine(), "before_cursor_execute", note)
    rows = nora.client.get("/desk/nurses/rows", headers={"HX-Request": "true"}).text  # as the list asks for them
    assert rows.count("data-row") == 12
    event.remove(db.engine(), "before_cursor_execute", note)
    assert len(statements) <= 16, statements  # two keep that a screen is awake (H17), five ask who is on call (H16)


def test_a_task_without_words_says_what_is_to_be_done(house: House, ana: Person) -> None:
    visit(house, ana, days=3)
    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse")
    nora = signed_in(house, "nora", "nurse")
    nora.posts("/desk/items/1/claim")
    nora.posts("/desk/items/1/read", newest=nora.hidden("/desk/items/1", "newest", "/read"))
    nora.posts(
        "/desk/items/1/close", None, disposition="appointment_needed", closing_note="Fever since Monday",
        task_note="Within two days, Dr. Chen",
        version=nora.hidden("/desk/items/1", "version"),
    )  # fmt: skip
    fran = signed_in(house, "fran", "front_desk")
    page = fran.page("/desk/front-desk")
    assert "An appointment is needed" in page
    assert "Within two days, Dr. Chen" in page
    task = page[page.index("/desk/items/") :].split('"')[0]
    assert "Within two days, Dr. Chen" in fran.page(task)
    for path in ("/desk/front-desk", task, f"/patients/{ana.patient_id}"):
        assert "Fever" not in fran.page(path), "the nurse's note is not the front desk's (P11)"


def _entries(staff_id: int) -> list[Entry]:
    from sqlalchemy import select

    with db.reading("tests.entries") as session:
        query = select(Entry).where(Entry.stream == f"staff:{staff_id}").order_by(Entry.position)
        return list(session.scalars(query))
