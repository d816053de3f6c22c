"""A nurse calls a patient through us: her telephone rings first, one key puts her through, and the patient sees the
practice's number (H27, P5, P9, P11)."""

import re
from datetime import date
from http import HTTPStatus

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import clock, crash, db
from app.calls import turns
from app.inbound import outage
from app.models.calls import CallThrough, OutgoingCall
from app.models.conversations import Exchange
from app.models.outbox import Outbound
from app.models.patients import Patient
from app.models.records import Entry
from escalation_desk import items, rota, settling
from escalation_desk.models import DeskItem
from tests.house import CLINIC, House
from tests.oncall.shift import NICKS, NORAS
from tests.people import ANAS, Person, patient, phone, visit
from tests.web.browsing import Browser, signed_in, signed_in_again


@pytest.fixture
def desk(house: House, ana: Person) -> Browser:
    """Nora at the desk with Ana's words in hand, and a telephone of her own."""
    nora = signed_in(house, "nora", "nurse")
    with db.transaction("tests.phone") as session:
        rota.set_phone(session, nora.staff_id, NORAS, None)
    phone(house, NORAS).handset.texts("hello")  # so that the stand-in knows the telephone
    ana.texts("my knee hurts")
    ana.reads("A nurse will read")
    nora.posts(f"{_page(house)}/claim")
    return nora


def _item(house: House) -> DeskItem:
    return house.rows(DeskItem, DeskItem.reason == "hand_off")[0]


def _page(house: House) -> str:
    return f"/desk/items/{_item(house).id}"


def _press(house: House, desk: Browser, code: int = 303) -> str:
    """She presses the button of the page as it is now."""
    text = desk.get(_page(house)).text
    form = re.search(r'/call".*?name="form" value="([^"]+)"', text, re.S)
    answer = desk.posts(f"{_page(house)}/call", form=form[1] if form else "a form of before")
    assert answer.status_code == code, answer.text[:1500]
    house.tick()
    return answer.text


def _story(house: House) -> list[tuple[str, str | None]]:
    told = [each for each in house.rows_of(Entry) if each.kind.startswith("call_through") and "item" in each.details]
    return [(each.kind.removeprefix("call_through_"), each.details.get("dialled") or each.details.get("why")
             or each.details.get("result")) for each in told]  # fmt: skip


def _made(house: House) -> CallThrough:
    return house.rows_of(CallThrough)[-1]


def test_she_is_rung_presses_one_talks_and_says_how_it_went(house: House, desk: Browser, ana: Person) -> None:
    """Nothing of anybody's health and no name is said to her telephone; hers is shown to nobody and stands nowhere."""
    noras = phone(house, NORAS)
    _press(house, desk)
    assert "Your telephone rings in a moment" in desk.get(_page(house)).text
    assert noras.rings()
    assert not ana.rings()
    noras.answers()
    heard = noras.hears("This is Lakeside Clinic, with the call that you asked for. To be put through, press 1.")
    assert not [word for word in ("knee", "Ana", "nurse") if word in heard]
    noras.presses("5")
    noras.hears("press 1")
    assert not ana.rings()
    noras.presses("1")
    assert ana.rings()
    assert (ana.handset.call.caller, ana.handset.call.to) == (CLINIC, ANAS)
    assert "The patient’s telephone rings" in desk.get(_page(house)).text
    ana.answers()
    assert "took the call at the patient’s end" in desk.get(_page(house)).text
    assert noras.handset.call.status == "in-progress"
    house.passes(seconds=95)
    ana.hangs_up()
    noras.hears("The call is over. Please say at the desk how it went.")
    assert (_made(house).dialled, _made(house).seconds, _made(house).result) == ("completed", 95, None)
    page = desk.get(_page(house)).text
    assert "How did it go?" in page
    assert "was over, after 1 min 35 s" in page
    assert not [hers for hers in (NORAS, "555-0190") if hers in page]
    outgoing = house.rows(OutgoingCall)[-1].id
    desk.posts(f"{_page(house)}/read", newest=house.rows(Exchange)[-1].id)
    refused = desk.posts(
        f"{_page(house)}/close", version=_item(house).version, disposition="advised_by_phone", closing_note="at ten"
    )
    assert (refused.status_code, settling.UNTOLD in refused.text) == (409, True)
    for result in ("reached", "reached", "voicemail"):  # a voicemail is an answered call to the carrier
        assert desk.posts(f"{_page(house)}/call-result", outgoing=outgoing, result=result).status_code == 303
    assert "said how the call went: a voicemail" in desk.get(_page(house)).text
    house.passes(minutes=2)
    assert house.rows(OutgoingCall)[-1].came_of == "put_through"
    assert _story(house) == [("asked", None), ("rang", None), ("answered", None), ("ended", "completed"),
                             ("result", "reached"), ("result", "voicemail")]  # fmt: skip
    assert not [each for each in house.rows_of(Entry) if "0190" in str(each.details)]
    house.passes(minutes=20)
    assert not house.rows(DeskItem, DeskItem.kind == "task"), "nobody owes her telephone a call"
    assert not house.rows(Outbound, Outbound.text_name == "missed_call")


@pytest.mark.parametrize(("habit", "told"), [("busy", "busy"), ("no-answer", "no_answer")])
def test_a_patient_who_does_not_answer_is_nobody_and_nothing_is_asked(
    house: House, desk: Browser, ana: Person, habit: str, told: str
) -> None:
    ana.lets(habit)
    noras = phone(house, NORAS)
    _press(house, desk)
    noras.answers()
    noras.presses("1")
    noras.hears("Nobody answered")
    assert (_made(house).dialled, _made(house).seconds, _made(house).result) == (told, None, "nobody")
    assert "Nobody answered the patient’s telephone." in desk.get(_page(house)).text


@pytest.mark.parametrize("why", ["machine", "unknown", "not answered", "nothing pressed", "hung up", "never dialled"])
def test_without_her_key_no_patient_is_rung(house: House, desk: Browser, ana: Person, why: str) -> None:
    """Her voicemail hears the practice's name and number alone (H27)."""
    noras = phone(house, NORAS)
    noras.lets({"machine": "machine_end_beep", "unknown": "unknown", "not answered": "no-answer"}.get(why, ""))
    if why == "never dialled":
        house.settings = house.settings.model_copy(update={"sending": False})
    _press(house, desk)
    if why == "nothing pressed":
        noras.answers()
        noras.keeps_silent()
        noras.keeps_silent()
        noras.hears("Nobody was called.")
    elif why == "hung up":
        noras.answers()
        noras.hangs_up()
    elif why in ("machine", "unknown"):
        assert "press" not in noras.hears("Lakeside Clinic")
    for _ in range(2):
        house.passes(minutes=2)
    if why == "never dialled":
        assert "The call could not be made" in desk.get(_page(house)).text
        house.settings = house.settings.model_copy(update={"sending": True})
        house.tick()
    assert not ana.rings()
    assert _made(house).put_through_at is None
    came = {"machine": "voicemail", "unknown": "voicemail", "not answered": "not_reached", "never dialled": "not_made"}
    assert _story(house) == [("asked", None), ("in_vain", came.get(why, "not_taken"))]
    assert "The patient was not rung:" in desk.get(_page(house)).text
    assert "Call again" in desk.get(_page(house)).text


def test_one_form_is_one_call_and_one_call_at_a_time(house: House, desk: Browser, ana: Person) -> None:
    """P5: a double click, and a second item while her telephone rings."""
    page = _page(house)
    for _ in range(2):
        assert desk.posts(f"{page}/call", form="the form of this page").status_code == HTTPStatus.SEE_OTHER
    house.tick()
    answer = desk.posts(f"{page}/call", form="the form of another page")
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "A call of yours is under way" in answer.text
    assert len(house.rows(OutgoingCall)) == 1
    noras = phone(house, NORAS)
    noras.answers()
    noras.presses("1")
    noras.hangs_up()  # before the patient took it, and nobody asks us what to do next
    assert not ana.rings()
    assert (_made(house).dialled, _made(house).result) == ("canceled", "nobody")
    house.passes(minutes=2)
    _press(house, desk)
    noras.answers()
    noras.presses("1")
    ana.answers()
    house.passes(seconds=30)
    noras.hangs_up()
    assert (_made(house).dialled, _made(house).seconds, _made(house).result) == ("completed", 30, None)
    assert ana.handset.call.over


def test_she_holds_two_lines_and_nobody_takes_the_one_she_waits_for(
    house: House, desk: Browser, ana: Person, rosa: Person
) -> None:
    """TWILIO 5.5: the account rings so many at once, and the patient's telephone counts as much as hers."""
    noras, luis = phone(house, NORAS), patient(house, "Luis Prado", "+12025550177")
    rosa.agrees_to_calls()
    visit(house, rosa)
    house.tick()
    assert rosa.rings()
    _press(house, desk)
    luis.agrees_to_calls()
    visit(house, luis)
    assert "Your telephone rings in a moment" in desk.get(_page(house)).text
    house.passes(seconds=16)
    assert (noras.rings(), luis.rings()) == (False, False), "one line is left, and she needs two"
    assert "Other calls are on all of our lines" in desk.get(_page(house)).text
    rosa.answers()
    rosa.hangs_up()
    house.passes(seconds=5)
    assert (noras.rings(), luis.rings()) == (True, False)
    noras.answers()
    noras.presses("1")
    ana.answers()
    house.passes(minutes=1)
    assert not luis.rings()
    ana.hangs_up()
    noras.hangs_up()
    house.passes(seconds=5)
    assert luis.rings()


def _changed(house: House, why: str) -> None:
    """What speaks against the call, in the record."""
    item_id = _item(house).id
    with db.transaction("tests.changed") as session:
        item = session.get_one(DeskItem, item_id)
        ana = session.get_one(Patient, item.patient_id)
        match why:
            case "the patient has died":
                ana.deceased_on = date(2026, 11, 22)
            case "Somebody said that this number is not the patient’s":
                items.raise_task(session, "wrong_number:tests", "wrong_number", item.contact_point_id)
            case "not to be contacted":
                ana.do_not_contact, item.kind, item.key = True, "task", "tests"
            case "This number is not the patient’s any more":
                item.patient_id = _somebody_else(session)
            case "You do not have this item":
                item.state, item.owner_id, item.lease_until = "open", None, None
            case _:
                rota.set_phone(session, item.owner_id or 0, NICKS, None)


def _somebody_else(session: Session) -> int:
    row = Patient(name="Sam López", birth_date="1961-02-03", language="en", created_at=clock.now())
    session.add(row)
    session.flush()
    return row.id


@pytest.mark.parametrize("why", [
    "the patient has died", "Somebody said that this number is not the patient’s", "not to be contacted",
    "This number is not the patient’s any more", "You do not have this item", "another telephone",
])  # fmt: skip
def test_who_must_not_be_called_is_not_called_at_the_press_nor_at_the_key(
    house: House, desk: Browser, ana: Person, why: str
) -> None:
    """It is asked twice: between the press and the key lie minutes (H31)."""
    _press(house, desk)
    noras = phone(house, NORAS)
    noras.answers()
    _changed(house, why)
    noras.presses("1")
    noras.hears("This call cannot be made any more.")
    house.passes(minutes=2)
    assert not ana.rings()
    assert _story(house)[-1] == ("in_vain", "not_taken")
    if why != "another telephone":
        answer = desk.posts(f"{_page(house)}/call", form="the form of another page")
        assert answer.status_code == HTTPStatus.CONFLICT
        assert why in answer.text
    assert len(house.rows(OutgoingCall)) == 1


def test_no_wish_for_no_texts_and_no_hour_holds_a_nurse_back_but_a_missing_telephone_does(
    house: House, desk: Browser, ana: Person
) -> None:
    house.becomes(house.on(0, 23))
    ana.texts("STOP")
    desk = signed_in_again(house, desk.staff_id)
    desk.posts(f"{_page(house)}/claim")
    _press(house, desk)
    assert phone(house, NORAS).rings()
    nick = signed_in(house, "nick", "nurse")
    desk.posts(f"{_page(house)}/release")
    nick.posts(f"{_page(house)}/claim")
    assert "have a manager enter your telephone" in nick.get(_page(house)).text
    answer = nick.posts(f"{_page(house)}/call", form="a form of nobody")
    assert "No telephone of yours is entered" in answer.text
    ana.handset.reads()


def test_while_the_database_is_away_her_key_rings_nobody(
    house: House, desk: Browser, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The caller of an outage is passed to the practice; she is not, and nobody owes her a call (DESIGN 8)."""
    _press(house, desk)
    noras = phone(house, NORAS)
    noras.answers()
    noras.hears("press 1")
    with monkeypatch.context() as patched:
        patched.setattr(turns, "_receive", _gone)
        noras.presses("1")
    noras.hears("Our system is not working just now.", "nobody was called")
    assert noras.handset.call.over
    house.passes(minutes=20)
    outage.replay(house.directory / "spool")
    house.passes(minutes=20)
    assert _story(house)[-1] == ("in_vain", "not_taken")
    assert not house.rows(DeskItem, DeskItem.kind == "task")


def _gone(*_: object) -> str:
    raise OperationalError("select 1", {}, Exception("the database is away"))


@pytest.mark.parametrize("point", ["begun", "before_commit", "committed"])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_whoever_dies_with_her_key_in_hand_rings_the_patient_once_at_most(
    house: House, desk: Browser, ana: Person, point: str
) -> None:
    """H13: nothing more comes of that call; she reads so and may press again."""
    _press(house, desk)
    noras = phone(house, NORAS)
    noras.answers()

    def dies(name: str) -> None:
        if name == f"calls.turn:{point}":
            crash.arm(None)
            raise SystemExit

    crash.arm(dies)
    noras.presses("1")
    house.passes(minutes=2)
    assert not ana.rings()
    kept = point == "committed"
    assert (_made(house).put_through_at is not None) == kept
    page = desk.get(_page(house)).text
    assert ("How did it go?" in page) == kept
    assert "Call again" in page
