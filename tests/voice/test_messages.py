"""Whoever reaches nobody may leave a message, where the practice chose so: announced, fetched, sealed, before a nurse,
and gone at the carrier (H39, P1, P7)."""

import pytest
from werkzeug.datastructures import MultiDict

from app import clock, crash
from app.calls import messages
from app.messaging import gateway
from app.models.calls import PhoneCall
from app.models.recordings import CallRecording
from app.models.records import Entry
from app.webhooks.call_form import call_turn
from tests.house import House
from tests.people import Colleague, Person
from tests.web.browsing import signed_in


@pytest.fixture
def chosen(house: House) -> None:
    """A manager chose it; nobody answers the practice's line."""
    mia = signed_in(house, "mia", "manager")
    assert "Nothing is recorded" in mia.page("/on-call")
    assert mia.posts("/on-call/messages", takes="yes").status_code == 303
    assert "Take no messages" in mia.page("/on-call")
    house.carrier.books.other_side = "no-answer"


def _at_the_tone(ana: Person) -> None:
    ana.calls()
    ana.presses("1")
    ana.hears()
    ana.presses("0")


def _kept(house: House) -> CallRecording:
    return house.rows(CallRecording)[0]


def _at_the_carrier(house: House) -> int:
    with house.carrier.books.held() as state:
        return len(state.recordings)


def test_it_is_off_as_it_comes(house: House, ana: Person) -> None:
    """H39: nothing is recorded unless a manager chose so."""
    house.carrier.books.other_side = "no-answer"
    _at_the_tone(ana)
    assert "recorded" not in ana.hears("A person will call you back")
    assert (ana.handset.call.over, house.rows(CallRecording)) == (True, [])


@pytest.mark.usefixtures("chosen")
def test_a_message_is_announced_fetched_heard_by_a_nurse_and_gone_at_the_carrier(
    house: House, ana: Person, nora: Colleague, fran: Colleague
) -> None:  # fmt: skip
    """The call back is owed before the tone sounds; the message is the nurses', for nobody knows what was said; each
    playing is written down, and the front desk and managers do not hear it (P11)."""
    _at_the_tone(ana)
    said = ana.hears("call 9 1 1", "It is recorded")
    assert said.index("9 1 1") < said.index("recorded")
    assert [task.reason for task in fran.sees("front_desk")] == ["call_nobody"]
    assert _kept(house).state == "awaited"
    ana.leaves_message("my chest hurts since Tuesday please call")
    assert ana.handset.call.over
    house.tick()
    (item,) = nora.sees()
    assert (item.reason, item.patient_id) == ("message_left", ana.patient_id)
    house.tick()
    row = _kept(house)
    assert (row.state, row.seconds, row.look_at, _at_the_carrier(house)) == ("removed", 3, None, 0)
    nurse, desk = signed_in(house, "nell", "nurse"), signed_in(house, "fred", "front_desk")
    assert "Nobody has listened to it yet" in nurse.page(f"/desk/items/{item.id}")
    sound = nurse.get(f"/desk/items/{item.id}/sound")
    assert (sound.status_code, sound.data[:4], sound.headers["Cache-Control"]) == (200, b"RIFF", "no-store")
    assert "Nobody has listened" not in nurse.page(f"/desk/items/{item.id}")
    assert desk.get(f"/desk/items/{item.id}/sound").status_code == 404
    told = [each.kind for each in house.rows_of(Entry) if each.kind.startswith("message_")]
    assert told == ["message_fetched", "message_removed", "message_heard"]
    house.passes(days=31)
    assert _kept(house).sound is not None, "her item is open"
    nora.claims(item)
    nora.closes(item, "nothing_to_do")
    house.tick()
    assert (_kept(house).sound, _kept(house).state) == (None, "removed")


@pytest.mark.usefixtures("chosen")
def test_a_manager_says_how_long_the_sound_is_kept(house: House, ana: Person, nora: Colleague) -> None:
    """H39: also of what lies here already; the record tells it once; who may not choose, does not."""
    _at_the_tone(ana)
    ana.leaves_message("please call me about Tuesday")
    house.tick()
    house.tick()
    (item,) = nora.sees()
    nora.claims(item)
    nora.closes(item, "nothing_to_do")
    house.passes(days=8)
    assert _kept(house).sound is not None
    manager, desk = signed_in(house, "max", "manager"), signed_in(house, "fred", "front_desk")
    assert "kept for 30 days" in manager.page("/on-call")
    assert desk.posts("/on-call/messages/kept", days="7").status_code == 403
    assert manager.posts("/on-call/messages/kept", days="8").status_code == 400
    for _ in range(2):
        assert manager.posts("/on-call/messages/kept", days="7").status_code == 303
    assert "kept for 7 days" in manager.page("/on-call")
    house.tick()
    assert (_kept(house).sound, _kept(house).state) == (None, "removed")
    assert [each.details["days"] for each in house.rows_of(Entry) if each.kind == "messages_kept_chosen"] == [7]


@pytest.mark.usefixtures("chosen")
def test_without_a_report_or_a_message_and_while_the_carrier_fails_everybody_has_an_owner(
    house: House, ana: Person, nora: Colleague, fran: Colleague
) -> None:  # fmt: skip
    """A report that never comes; who hangs up at the tone; a carrier that says it deleted, and did not."""
    house.carrier.books.recording_reports, house.carrier.books.deletions = 0, "ignored"
    _at_the_tone(ana)
    ana.leaves_message("please call me back")
    house.tick()
    assert _kept(house).state == "awaited"
    house.passes(minutes=4)
    for _ in range(12):
        house.passes(minutes=16)
    assert (_kept(house).state, len(nora.sees()), _at_the_carrier(house)) == ("fetched", 1, 1)
    assert [each.reason for each in fran.sees("front_desk")] == ["call_nobody", "message_not_removed"]
    house.carrier.books.deletions = "obeyed"
    house.passes(minutes=16)
    assert (_kept(house).state, _at_the_carrier(house)) == ("removed", 0)
    _at_the_tone(ana)
    ana.hangs_up()
    house.passes(minutes=16)
    assert [row.state for row in house.rows(CallRecording)] == ["removed", "nothing"]
    assert {call.settled_as for call in house.rows(PhoneCall)} == {"task"}


@pytest.mark.usefixtures("chosen")
def test_a_message_that_cannot_be_fetched_is_a_call_back_of_the_nurses(
    house: House, ana: Person, nora: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """It may be a symptom that nobody hears; and it is tried on."""
    monkeypatch.setattr(gateway, "LARGEST_SOUND", 100)
    _at_the_tone(ana)
    ana.leaves_message("please call me back")
    for _ in range(messages.MANY_TRIES + 1):
        house.passes(minutes=16)
    assert [item.reason for item in nora.sees()] == ["message_not_fetched"]
    monkeypatch.undo()
    house.passes(minutes=16)
    assert [item.reason for item in nora.sees()] == ["message_not_fetched", "message_left"]


def test_whoever_hangs_up_after_the_tone_presses_no_keys(house: House) -> None:
    """TWILIO 5.4: the carrier says `hangup` where keys stand."""
    ours = house.settings
    form = MultiDict({
        "AccountSid": ours.twilio_account_sid, "CallSid": f"CA{'0' * 32}", "From": "+12025550101",
        "To": ours.twilio_from, "RecordingUrl": "https://api.twilio.com/x", "Digits": "hangup",
    })  # fmt: skip
    turn = call_turn(form, ours, "3", clock.now())
    assert (turn.how, turn.keys) == ("recorded", "")


@pytest.mark.usefixtures("chosen")
@pytest.mark.parametrize(
    "name", ["messages.reported", "messages.keep", "messages.removed", "recordings.of_call", "recordings.remove",
             "recordings.look_removed", "gateway.sound"],
)  # fmt: skip
def test_whoever_is_cut_off_with_a_message_loses_and_doubles_nothing(
    house: House, ana: Person, nora: Colleague, name: str
) -> None:
    """H13: one item with its sound, and nothing left at the carrier, wherever it ended, and then again."""
    ends, died = [f"{name}:{step}" for step in ("begun", "before", "before_commit", "committed", "after")], []

    def dies(point: str) -> None:
        if point in ends and point not in died:
            died.append(point)
            raise RuntimeError(point)

    crash.arm(dies)
    _at_the_tone(ana)
    ana.leaves_message("please call me back")
    for _ in range(8):
        house.passes(minutes=4)
    crash.arm(None)
    assert died
    assert [item.reason for item in nora.sees()] == ["message_left"]
    row = _kept(house)
    assert (row.state, row.sound is not None, _at_the_carrier(house)) == ("removed", True, 0)
