"""One item: claim, read, reply, note, move, close; one winner each time and nothing typed lost (P7, P8, P13)."""

import threading

import pytest

from app.models.records import Entry
from escalation_desk.models import DeskItem, DeskItemWords
from tests.desk.desk import address, claims, closes, only_item, reads, reply_form
from tests.house import House
from tests.people import Person
from tests.screens.desk import words_of
from tests.web.browsing import Browser, signed_in

pytestmark = pytest.mark.slow


def test_of_two_nurses_one_gets_the_item(house: House, nora_: Browser, item: DeskItem) -> None:
    nils = signed_in(house, "nils", "nurse")
    tokens = [(at_desk, at_desk.csrf()) for at_desk in (nora_, nils)]
    for _ in range(10):
        answers: dict[int, int] = {}
        start = threading.Barrier(2)

        def race(at_desk: Browser, token: str, start: threading.Barrier = start, won: dict[int, int] = answers) -> None:
            start.wait()
            won[at_desk.staff_id] = at_desk.posts(address(item, "claim"), csrf=token).status_code

        racers = [threading.Thread(target=race, args=pair) for pair in tokens]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join()
        assert sorted(answers.values()) == [303, 409]
        winner = next(staff_id for staff_id, code in answers.items() if code == 303)
        assert only_item(house).owner_id == winner
        (nora_ if winner == nora_.staff_id else nils).posts(address(item, "release"))


def test_who_lost_reads_who_has_it(house: House, nora_: Browser, item: DeskItem) -> None:
    nils = signed_in(house, "nils", "nurse")
    claims(nora_, item)
    lost = nils.posts(address(item, "claim"))
    assert lost.status_code == 409
    assert "Somebody else has this item" in lost.text
    assert "Nora has it" in lost.text
    assert nils.posts(address(item, "reply"), body="x", form="f" * 22, contact_point="1", seen="0").status_code == 409


def test_a_lease_that_is_over_refuses_and_keeps_the_words(house: House, nora_: Browser, item: DeskItem) -> None:
    claims(nora_, item)
    form, token = reply_form(nora_, item), nora_.csrf()
    for _ in range(4):
        house.clock.passes(minutes=8)
        nora_.client.post("/still-here", headers={"X-CSRF-Token": token})
    house.tick()
    refused = nora_.client.post(address(item, "reply"), data={**form, "body": "Half an hour of thinking"})
    assert refused.status_code == 409
    assert "Claim it first" in refused.text
    assert "Half an hour of thinking" in refused.text


def test_whoever_needs_longer_keeps_it(house: House, nora_: Browser, item: DeskItem) -> None:
    """Before the lease is over, and without giving it up in between (H14)."""
    assert "Keep it" not in words_of(nora_.page(address(item)))
    claims(nora_, item)
    house.clock.passes(minutes=14)  # her sign-in would be over after 15 of nothing
    assert "Yours for 16 min" in words_of(nora_.page(address(item)))
    house.clock.passes(minutes=14)
    page = nora_.page(address(item))
    assert "Yours for 2 min" in words_of(page)
    nils = signed_in(house, "nils", "nurse")
    assert "Keep it" in words_of(page)
    assert "Keep it" not in words_of(nils.page(address(item)))
    claims(nora_, item)
    assert "Yours for 30 min" in words_of(nora_.page(address(item)))
    house.clock.passes(minutes=14)
    house.tick()
    assert only_item(house).owner_id == nora_.staff_id
    assert nils.posts(address(item, "claim")).status_code == 409
    assert [entry.kind for entry in house.rows_of(Entry)].count("claimed") == 1


def test_looking_alone_reads_nothing(house: House, nora_: Browser, item: DeskItem) -> None:
    claims(nora_, item)
    for path in (address(item), address(item, "now"), "/desk/nurses"):
        nora_.page(path)
    (words,) = house.rows_of(DeskItemWords)
    assert words.read_at is None
    nils = signed_in(house, "nils", "nurse")
    assert nils.posts(address(item, "read"), newest=words.exchange_id).status_code == 409
    assert house.rows_of(DeskItemWords)[0].read_at is None


def test_a_note_is_written_once_and_the_patient_never_sees_it(
    house: House, nora_: Browser, item: DeskItem, ana: Person
) -> None:
    claims(nora_, item)
    token = nora_.hidden(address(item), "form", "/notes")
    for _ in range(2):
        assert nora_.posts(address(item, "notes"), note="Called, no answer", form=token).status_code == 303
    assert nora_.page(address(item)).count("Called, no answer") == 1
    house.work()
    ana.nothing_more()


def test_the_record_says_who_claimed_gave_back_and_closed(house: House, nora_: Browser, item: DeskItem) -> None:
    claims(nora_, item)
    claims(nora_, item)
    nora_.posts(address(item, "release"))
    claims(nora_, item)
    reads(nora_, item)
    assert closes(nora_, item, "nothing_to_do") == 303
    kinds = [entry.kind for entry in house.rows_of(Entry) if entry.actor == f"staff:{nora_.staff_id}"]
    on_item = [kind for kind in kinds if kind in ("claimed", "released", "words_read", "closed")]
    assert sorted(on_item) == ["claimed", "claimed", "closed", "released", "words_read"]


def test_release_gives_it_back(house: House, nora_: Browser, item: DeskItem) -> None:
    claims(nora_, item)
    assert nora_.posts(address(item, "release")).status_code == 303
    assert (only_item(house).state, only_item(house).owner_id) == ("open", None)


@pytest.mark.parametrize(
    ("act", "data"),
    [
        ("read", {"newest": "x"}),
        ("read", {"newest": "9" * 30}),
        ("reply", {"body": "x", "form": "short", "contact_point": "1"}),
        ("reply", {"body": "x", "form": "f" * 22, "contact_point": "-1"}),
        ("close", {"disposition": "done", "version": ""}),
        ("move", {}),
    ],
)
def test_a_form_our_pages_cannot_have_sent_is_refused(
    nora_: Browser, item: DeskItem, act: str, data: dict[str, str]
) -> None:
    claims(nora_, item)
    assert nora_.posts(address(item, act), None, **data).status_code == 400


def test_no_such_item(nora_: Browser) -> None:
    for item_id in ("0", "999", "2147483648", "9" * 40, "-1", "x"):
        assert nora_.get(f"/desk/items/{item_id}").status_code == 404
