"""A nurse on the line, where the practice chose so: rung in turn once the words are on the desk, and taken by her key
alone; whoever nobody takes hears the truth and has an owner (P1, P7, H16)."""

import pytest

from app import crash, db
from app.calls import line, whisper
from app.models.calls import NurseRing, PhoneCall
from app.models.records import Entry
from app.simulator.calls import Call
from escalation_desk import rota
from escalation_desk.models import DeskItem
from tests.house import CLINIC, PAGING, House
from tests.oncall.shift import AT_NIGHT, NICKS, NORAS, put_on_call
from tests.people import Colleague, Person, colleague, phone
from tests.web.browsing import signed_in

HEALTH = ("knee", "hurts", "Ana", "symptom", "pain")


@pytest.fixture
def night(house: House, nora: Colleague) -> Colleague:
    """Ten in the evening; Nora is on call, and then Nick."""
    with db.transaction("tests.night") as session:
        put_on_call(session, nora.id, NORAS, 1)
    house.clock.becomes(AT_NIGHT)
    return nora


@pytest.fixture
def nick(house: House, night: Colleague) -> Colleague:
    second = colleague(house, "Nick", "nurse")
    with db.transaction("tests.second") as session:
        put_on_call(session, second.id, NICKS, 2)
    return second


@pytest.fixture
def chosen(house: House, night: Colleague, nick: Colleague) -> None:
    """Nora and Nick are on call at night, and a manager chose that nurses are rung."""
    mia = signed_in(house, "mia", "manager")
    assert "Ring a nurse while the caller waits" in mia.page("/on-call")
    assert mia.posts("/on-call/on-the-line", rings="yes").status_code == 303
    assert "Ring nobody while the caller waits" in mia.page("/on-call")


def _item(house: House) -> DeskItem:
    return house.rows(DeskItem, DeskItem.kind == "words")[0]


def _rings(house: House) -> list[str]:
    return [ring.state for ring in house.rows(NurseRing)]


def _story(house: House) -> list[str]:
    told = [each.kind for each in house.rows_of(Entry) if each.kind.startswith("nurse_ring")]
    return [kind.removeprefix("nurse_ring_") for kind in told]


def _says(ana: Person, words: str = "my knee hurts") -> Call:
    ana.calls()
    ana.presses("1")
    ana.hears()
    ana.says(words)
    return ana.handset.call


@pytest.mark.usefixtures("chosen")
def test_her_words_are_on_the_desk_then_a_nurse_takes_the_call_by_her_key(
    house: House,
    ana: Person,
    night: Colleague,
) -> None:
    """The whisper names nobody and nothing; the telephone shows the number that pages, not Ana's."""
    noras, nicks = phone(house, NORAS), phone(house, NICKS)
    call = _says(ana)
    ana.hears("hang up and call 9 1 1 now", "We are ringing a nurse for you now. Please stay on the line.")
    assert _item(house).state == "open"
    assert (noras.rings(), nicks.rings()) == (True, False)
    assert noras.handset.call.caller == PAGING
    noras.answers()
    heard = noras.hears("This is Lakeside Clinic. Somebody waits on the line for a nurse. To take the call, press 1.")
    assert not [word for word in HEALTH if word in heard]
    noras.presses("4")
    noras.hears("press 1")
    assert not [line for line in call.lines if "connected" in line.words]
    noras.presses("1")
    noras.hears("You are connected now.")
    ana.hears("You are connected: you talk with a person.")
    assert (_item(house).state, _item(house).owner_id) == ("claimed", night.id)
    with db.reading("tests.lines") as session:
        assert line.free(session, 2) == 1, "her leg is a line of ours (TWILIO 5.5)"
    house.passes(minutes=3)
    noras.hangs_up()
    with db.reading("tests.lines_after") as session:
        assert line.free(session, 2) == 2
    ana.hears("Goodbye")
    assert call.over
    assert [ring.seconds for ring in house.rows(NurseRing)] == [180]
    house.passes(minutes=20)
    assert _story(house) == ["rang", "taken", "over"]
    assert {row.settled_as for row in house.rows(PhoneCall)} == {"connected"}
    assert not house.rows(DeskItem, DeskItem.kind == "task"), "nobody is owed a call, her telephone neither"
    assert not [each for each in house.rows_of(Entry) if "0190" in f"{each.details}"]


@pytest.mark.usefixtures("chosen")
@pytest.mark.parametrize("habit", ["busy", "no-answer", "machine_end_beep", "nothing pressed", "hung up"])
def test_whoever_does_not_press_is_not_connected_and_the_next_is_rung(house: House, ana: Person, habit: str) -> None:
    """A voicemail takes no call (H16); when nobody does, she hears so, and the words climb as they would have."""
    noras, nicks = phone(house, NORAS), phone(house, NICKS)
    for each in (noras, nicks):
        house.carrier.handset(each.handset.number)
        each.lets(habit if habit in ("busy", "no-answer", "machine_end_beep") else "")
    due = None
    _says(ana)
    due = _item(house).next_step_at
    for each in (noras, nicks):
        if habit in ("nothing pressed", "hung up"):
            each.answers()
            if habit == "hung up":
                each.hangs_up()
            else:
                each.keeps_silent()
                each.keeps_silent()
    heard = ana.hears("We are ringing another nurse", "No nurse could come to the line just now.",
                      "one will call you back", "If there is more, say it now")  # fmt: skip
    assert "You are connected" not in heard
    assert _rings(house) == ["not_taken", "not_taken"]
    assert _story(house) == ["rang", "in_vain", "rang", "in_vain"]
    assert (_item(house).state, _item(house).next_step_at) == ("open", due)
    ana.says("it is worse today")
    ana.hears("A nurse will read what you said")
    assert len(house.rows(NurseRing)) == 2, "nobody is rung again for the same words"
    ana.hangs_up()
    house.passes(minutes=20)
    assert not house.rows(DeskItem, DeskItem.kind == "task")


@pytest.mark.usefixtures("chosen")
def test_a_caller_who_gives_up_is_no_longer_there_when_the_key_is_pressed(house: House, ana: Person) -> None:
    noras = phone(house, NORAS)
    _says(ana)
    noras.answers()
    noras.hears("press 1")
    ring = house.rows(NurseRing)[0]
    ana.hangs_up()
    assert noras.handset.call.over
    late = whisper.answer(ring.token, 1, "1")
    assert "Nobody waits on this line any more." in late
    assert "<Hangup" in late
    assert _item(house).state == "open"
    assert "<Hangup" in whisper.answer("a-token-of-nobody-at-all", 1, "1")
    house.passes(minutes=20)
    assert not house.rows(DeskItem, DeskItem.kind == "task"), "her words are on the nurses' list"


@pytest.mark.usefixtures("chosen")
@pytest.mark.parametrize("words", ["i want to kill myself", "i have crushing chest pain and cannot breathe"])
def test_crisis_and_emergency_words_are_answered_as_ever(house: House, ana: Person, words: str) -> None:
    _says(ana, words)
    ana.hears("9 1 1", "cuelgue y llame", "If there is more, say it now")
    assert not house.rows(NurseRing)


@pytest.mark.usefixtures("chosen")
def test_a_caller_without_a_number_goes_on_to_the_practice_when_no_nurse_comes(house: House, ana: Person) -> None:
    for number in (NORAS, NICKS):
        phone(house, number).lets("busy")
        house.carrier.handset(number).does_by_itself("busy")
    ana.calls(shown=False)
    ana.says("my knee hurts")
    ana.hears("We are ringing a nurse", "No nurse could come to the line", "We are connecting you")
    assert ana.handset.call.over


def test_it_is_off_until_a_manager_chooses_it(house: House, night: Colleague, ana: Person) -> None:
    _says(ana)
    ana.hears("A nurse will read what you said", "If there is more, say it now")
    assert not house.rows(NurseRing)
    nora = signed_in(house, "nina", "nurse")
    assert nora.posts("/on-call/on-the-line", rings="yes").status_code == 403


@pytest.mark.usefixtures("chosen")
def test_without_anybody_who_can_be_rung_a_call_back_is_promised(
    house: House,
    ana: Person,
    night: Colleague,
    nick: Colleague,
) -> None:
    """A telephone that is not to be called, and one that took no page."""
    with db.transaction("tests.phones") as session:
        rota.set_phone(session, night.id, NORAS, None, called=False)
        rota.set_phone(session, nick.id, CLINIC, None, called=False)
    _says(ana)
    ana.hears("A nurse will read what you said", "If there is more, say it now")
    assert not house.rows(NurseRing)


@pytest.mark.usefixtures("chosen")
@pytest.mark.parametrize("point", ["begun", "before_commit", "committed"])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_whatever_breaks_at_her_key_connects_nobody_to_a_voicemail(house: House, ana: Person, point: str) -> None:
    """H13: her side ends; the caller goes on to the next, or hears that who has it calls back."""
    noras, nicks = phone(house, NORAS), phone(house, NICKS)
    _says(ana)
    noras.answers()

    def dies(name: str) -> None:
        if name == f"calls.whisper:{point}":
            crash.arm(None)
            raise RuntimeError(name)

    crash.arm(dies)
    noras.presses("1")
    assert noras.handset.call.over
    kept = point == "committed"
    assert (_item(house).state == "claimed") == kept
    assert nicks.rings() != kept
    assert ("one will call you back" in ana.hears()) == kept


@pytest.mark.usefixtures("chosen")
def test_whoever_has_her_words_in_hand_is_rung_first(house: House, ana: Person, nick: Colleague) -> None:
    ana.texts("my knee hurts")
    ana.reads("nurse")
    nick.claims(_item(house))
    _says(ana, "it hurts more now")
    assert (phone(house, NORAS).rings(), phone(house, NICKS).rings()) == (False, True)
    ana.hangs_up()
