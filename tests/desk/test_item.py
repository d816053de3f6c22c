"""One item: claim, read, reply, note, move, close; one winner each time and nothing typed lost (P7, P8, P13)."""

import threading

import pytest

from app.models.appointments import Appointment
from app.models.outbox import Outbound
from app.models.records import Entry
from escalation_desk.models import DeskItem, DeskItemWords
from tests.desk.desk import address, claims, closes, on_list, only_item, reads, reply_form, version
from tests.house import House
from tests.people import Person, visit
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
    assert nils.posts(address(item, "reply"), body="x", form="f" * 22, contact_point="1").status_code == 409


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Please call us.", "Lakeside Clinic: Please call us."),
        ("Por favor, llámenos.", "Lakeside Clinic: Por favor, llámenos."),
        ("Nora from Lakeside Clinic: please call us.", "Nora from Lakeside Clinic: please call us."),
        ("Two Lakeside Clinics", "Lakeside Clinic: Two Lakeside Clinics"),
    ],
)
def test_who_reads_it_is_told_once_who_wrote_it(
    house: House, nora_: Browser, item: DeskItem, ana: Person, written: str, read: str
) -> None:
    """Many a patient has not saved the practice's number; the record holds what she read."""
    claims(nora_, item)
    assert "The patient reads first: <b>Lakeside Clinic:</b>" in nora_.page(address(item))
    assert nora_.posts(address(item, "reply"), None, **{**reply_form(nora_, item), "body": written}).status_code == 303
    house.work()
    assert ana.reads() == read
    assert f'<p class="quote">{read}</p>' in nora_.page(address(item))


def test_a_reply_reaches_the_patient_once_however_often_it_is_clicked(
    house: House, nora_: Browser, item: DeskItem, ana: Person
) -> None:
    claims(nora_, item)
    form = reply_form(nora_, item)
    codes = []

    def click() -> None:
        codes.append(nora_.client.post(address(item, "reply"), data={**form, "body": "Please call us."}).status_code)

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert codes == [303] * 4
    house.work()
    ana.reads("Please call us.")
    ana.nothing_more()
    assert len(house.rows(Outbound, Outbound.text_name == "staff")) == 1


def test_a_used_form_with_other_words_is_not_taken_for_sent(
    house: House, nora_: Browser, item: DeskItem, ana: Person
) -> None:
    claims(nora_, item)
    form = reply_form(nora_, item)
    assert nora_.client.post(address(item, "reply"), data={**form, "body": "Please call us."}).status_code == 303
    back = nora_.client.post(address(item, "reply"), data={**form, "body": "Please come in at 4."})
    assert back.status_code == 409
    assert "These were not sent" in back.text
    assert "Please come in at 4.</textarea>" in back.text
    house.work()
    ana.reads("Please call us.")


def test_a_form_of_another_tab_never_texts_the_wrong_patient(
    house: House, nora_: Browser, item: DeskItem, ana: Person, rosa: Person
) -> None:
    rosa.texts("me duele la rodilla")
    rosa.reads("enfermer")
    hers = next(each for each in on_list("nurses") if each.id != item.id)
    claims(nora_, item)
    claims(nora_, hers)
    form = reply_form(nora_, item)
    crossed = nora_.client.post(address(hers, "reply"), data={**form, "body": "Your knee needs rest"})
    assert crossed.status_code == 409
    assert "This form belongs to another number" in crossed.text
    assert "Your knee needs rest" in crossed.text
    assert house.rows(Outbound, Outbound.text_name == "staff") == []


@pytest.mark.parametrize(
    ("body", "sentence"),
    [("   ", "The text is empty"), ("x" * 1584, "The text has 1601 characters with the practice’s name; 1600 fit")],
)
def test_a_text_that_cannot_go_is_refused_and_kept(nora_: Browser, item: DeskItem, body: str, sentence: str) -> None:
    claims(nora_, item)
    refused = nora_.posts(address(item, "reply"), None, **{**reply_form(nora_, item), "body": body})
    assert refused.status_code == 409
    assert sentence in refused.text
    assert f">{body}</textarea>" in refused.text


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


def test_closing_is_refused_while_words_are_unread(house: House, nora_: Browser, item: DeskItem, ana: Person) -> None:
    claims(nora_, item)
    assert closes(nora_, item, "nothing_to_do") == 409
    reads(nora_, item)
    seen = version(nora_, item)
    ana.texts("and it got worse, I have a fever")
    refused = nora_.posts(
        address(item, "close"), None, disposition="nothing_to_do", closing_note="a note kept", version=seen
    )
    assert refused.status_code == 409
    assert "a note kept</textarea>" in refused.text
    assert closes(nora_, item, "nothing_to_do") == 409
    reads(nora_, item)
    assert closes(nora_, item, "nothing_to_do") == 303
    closed = only_item(house)
    assert (closed.state, closed.disposition, closed.hushed_at) == ("closed", "nothing_to_do", None)


def test_looking_alone_reads_nothing(house: House, nora_: Browser, item: DeskItem) -> None:
    claims(nora_, item)
    for path in (address(item), address(item, "now"), "/desk/nurses"):
        nora_.page(path)
    (words,) = house.rows_of(DeskItemWords)
    assert words.read_at is None
    nils = signed_in(house, "nils", "nurse")
    assert nils.posts(address(item, "read"), newest=words.exchange_id).status_code == 409
    assert house.rows_of(DeskItemWords)[0].read_at is None


def test_each_way_to_close_asks_for_what_it_needs(house: House, nora_: Browser, item: DeskItem) -> None:
    claims(nora_, item)
    reads(nora_, item)
    for how in ("advised_by_phone", "sent_to_emergency_care", "appointment_needed", "answered_by_text"):
        assert closes(nora_, item, how) == 409, how
    for how in ("settled_by_phone", "done", "nonsense", ""):
        assert closes(nora_, item, how, "a front-desk way") == 409, how
    assert closes(nora_, item, "nothing_to_do", at_version="1") == 409, "a stale page"
    assert closes(nora_, item, "advised_by_phone", "Reached Ana at 10:05; rest and ice; calls if worse") == 303
    assert only_item(house).note == "Reached Ana at 10:05; rest and ice; calls if worse"


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


def test_this_is_clinical_moves_to_the_nurses_with_its_age(house: House, ana: Person) -> None:
    fran = signed_in(house, "fran", "front_desk")
    ana.texts("is it ok if my cousin waits in the lobby thing")
    ana.reads("person will read it")
    item = only_item(house)
    assert item.list == "front_desk"
    moved = fran.posts(address(item, "move"), to="nurses")
    assert moved.headers["Location"] == "/desk/front-desk?done=moved"
    after = only_item(house)
    assert (after.list, after.opened_at) == ("nurses", item.opened_at)
    assert after.hushed_at is not None
    assert fran.get(address(item)).status_code == 404
    assert "called_clinical" in {entry.kind for entry in house.rows_of(Entry)}
    assert fran.posts(address(item, "move"), to="nurses").status_code == 404


def test_this_is_administrative_goes_to_the_front_desk(house: House, nora_: Browser, item: DeskItem) -> None:
    claims(nora_, item)
    reads(nora_, item)
    assert nora_.posts(address(item, "move"), to="the_moon").status_code == 400
    assert nora_.posts(address(item, "move"), to="front_desk").status_code == 400, "a form without its version"
    seen = version(nora_, item)
    assert nora_.posts(address(item, "move"), to="front_desk", version=seen).status_code == 303
    assert only_item(house).list == "front_desk"


def test_unread_words_cannot_leave_the_nurses_list(house: House, nora_: Browser, item: DeskItem, ana: Person) -> None:
    """P1, P13: she read of a knee; the emergency words that came meanwhile stay where nurses look, and hushed."""
    claims(nora_, item)
    reads(nora_, item)
    stale = version(nora_, item)
    ana.texts("my chest hurts and I cannot breathe")
    ana.reads("911")
    assert nora_.posts(address(item, "move"), to="front_desk", version=stale).status_code == 409
    refused = nora_.posts(address(item, "move"), to="front_desk", version=version(nora_, item))
    assert refused.status_code == 409
    assert "There are words that you have not read" in refused.text
    reads(nora_, item)
    assert nora_.posts(address(item, "move"), to="front_desk", version=stale).status_code == 409, "a stale page"
    assert (only_item(house).list, only_item(house).hushed_at is not None) == ("nurses", True)


def test_what_she_also_wrote_is_done_with_one_key(house: House, nora_: Browser, ana: Person) -> None:
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1 to confirm")
    ana.texts("yes but my chest hurts")
    ana.reads("911")
    item = only_item(house)
    assert "Also wrote what means <b>1</b>, confirm: Tue Nov 24, 3:00 PM" in nora_.page(address(item))
    assert _confirmed(house, booked) is False, "clinical words never move an appointment"
    claims(nora_, item)
    exchange = nora_.hidden(address(item), "exchange", "/also")
    done = nora_.posts(address(item, "also"), exchange=exchange)
    assert done.headers["Location"] == address(item) + "?done=did"
    assert _confirmed(house, booked) is True
    assert nora_.posts(address(item, "also"), exchange=exchange).status_code == 409
    house.work()
    ana.reads("confirmed")


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


def _confirmed(house: House, appointment_id: int) -> bool:
    (appointment,) = house.rows(Appointment, Appointment.id == appointment_id)
    return appointment.confirmed_at is not None
