"""What the door never saw is fetched from the carrier's list: not lost, no choice, in nobody's way (H59)."""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, text, update

from app import db, hand_off, outage, spool
from app.models.conversations import Exchange
from app.models.outbox import Outbound
from app.models.patients import ConsentEvent
from app.models.records import Heartbeat, LibraryVersion
from app.reconciler import FAILS, LOOK_BACK, Reconciler
from app.simulator.faults import Fault
from app.simulator.server import serve
from tests.house import House, house_settings
from tests.journeys.test_outage import database_gone, power_cut_at
from tests.people import ANAS, Colleague, Person, appointment, patient, phone, visit
from tests.reconciler.carrier import exchanges, lost
from tests.sending.outbox import point
from tests.web.browsing import signed_in

# --- To whom it goes -----------------------------------------------------------------------------------------------


def test_a_symptom_that_never_arrived_reaches_the_nurses_with_its_own_time(
    house: House, ana: Person, nora: Colleague
) -> None:
    """P1, P4: everything was down; the patient hears of the emergency line as soon as somebody can say it."""
    written = house.clock().replace(microsecond=0)
    sid = lost(house, ana, "my chest hurts")
    assert not house.rows(Exchange)
    house.passes(minutes=40)
    row = exchanges(house)[sid]
    assert (row.received_at, row.fetched_at, row.body) == (written, house.clock(), "my chest hurts")
    (item,) = nora.sees("nurses")
    assert (item.patient_id, item.reason) == (ana.patient_id, "emergency")
    ana.reads("call 911 now")
    house.passes(minutes=40)
    ana.nothing_more()
    assert len(house.rows(Exchange)) == 1


def test_an_answer_that_never_arrived_confirms_nothing(house: House, ana: Person, fran: Colleague) -> None:
    """DESIGN 2: however soon it is fetched. A person sees what it would have meant."""
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    house.clock.passes(minutes=1)
    lost(house, ana, "1")
    house.passes(minutes=2)
    assert appointment(booked).confirmed_at is None
    (item,) = fran.sees("front_desk")
    assert item.reason == "fetched_late"
    ana.reads("a person will read it", "911")
    fran.claims(item)
    fran.does_also(item)
    assert appointment(booked).confirmed_at is not None
    ana.reads("Thank you")


def test_an_answer_written_before_its_question_left_is_no_choice_even_for_a_person(
    house: House, ana: Person, fran: Colleague
) -> None:
    lost(house, ana, "1")
    house.clock.passes(seconds=30)
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    house.passes(minutes=5)
    ana.reads("a person will read it")
    (item,) = fran.sees("front_desk")
    fran.claims(item)
    with pytest.raises(Exception, match=r"(?i)nothing|no longer|not"):
        fran.does_also(item)


@pytest.mark.parametrize("words", ["thanks", "who is this", "what are your hours", "zxqv blorp", "START", "yes"])
def test_all_else_goes_to_the_front_desk(house: House, ana: Person, fran: Colleague, words: str) -> None:
    lost(house, ana, words)
    house.passes(minutes=5)
    assert [item.reason for item in fran.sees("front_desk")] == ["fetched_late"]
    ana.reads("a person will read it", "911")


def test_pictures_are_counted_and_go_to_the_nurses(house: House, ana: Person, nora: Colleague) -> None:
    sid = lost(house, ana, "", photos=2)
    house.passes(minutes=5)
    assert exchanges(house)[sid].media_count == 2
    assert [item.reason for item in nora.sees("nurses")] == ["picture"]
    ana.reads("A nurse will read")


def test_a_stranger_is_answered_in_both_languages(house: House, stranger: Person, nora: Colleague) -> None:
    """H12, when nobody knows who it is."""
    lost(house, stranger, "me duele el pecho")
    house.passes(minutes=5)
    assert [item.patient_id for item in nora.sees("nurses")] == [None]
    stranger.reads("call 911", "llame ahora mismo al 911")


def test_what_the_databases_refuse_is_cleaned_and_kept(house: House, ana: Person) -> None:
    """F8: a NUL in the list poisons nobody."""
    sid = lost(house, ana, "my chest \0hurts")
    house.passes(minutes=5)
    assert (exchanges(house)[sid].body, exchanges(house)[sid].lane) == ("my chest hurts", "clinical")
    assert exchanges(house)[sid].raw is not None
    ana.reads("911")


def test_words_split_over_two_lost_texts_are_read_together(house: House, ana: Person, nora: Colleague) -> None:
    """H07: taken in in the order they were written."""
    sids = [lost(house, ana, "so short")]
    house.clock.passes(seconds=20)
    sids.append(lost(house, ana, "of breath"))
    house.passes(minutes=5)
    assert [(row.key, row.lane) for row in house.rows(Exchange)] == list(zip(sids, ("unsure", "clinical"), strict=True))
    assert [item.list for item in nora.sees("nurses")] == ["nurses"]
    ana.handset.reads()


# --- Consent -------------------------------------------------------------------------------------------------------


def test_a_stop_that_never_arrived_counts(house: House, ana: Person) -> None:
    lost(house, ana, "STOP")
    ana.reads("unsubscribed")
    house.passes(minutes=5)
    assert [(event.kind, event.source) for event in house.rows(ConsentEvent)] == [("opt_out", "patient")]
    assert point(house, ANAS).opted_out_at is not None


def test_a_stop_that_a_start_has_overtaken_does_not(house: House, ana: Person, fran: Colleague) -> None:
    """She asked for texts again since; a person sees both."""
    lost(house, ana, "STOP")
    ana.reads("unsubscribed")
    house.clock.passes(seconds=30)
    ana.texts("START")
    ana.reads("resubscribed")
    house.passes(minutes=5)
    assert point(house, ANAS).opted_out_at is None
    assert [item.reason for item in fran.sees("front_desk")] == ["fetched_late"]
    ana.reads("a person will read it")


def test_a_start_that_a_stop_has_overtaken_opens_nothing(house: House, ana: Person, fran: Colleague) -> None:
    ana.texts("STOP")
    ana.reads("unsubscribed")
    lost(house, ana, "START")
    ana.reads("resubscribed")
    house.clock.passes(seconds=30)
    ana.texts("STOP")
    ana.reads("unsubscribed")
    house.passes(minutes=5)
    assert point(house, ANAS).opted_out_at is not None
    assert [item.reason for item in fran.sees("front_desk")] == ["fetched_late"]


# --- Words that are gone -------------------------------------------------------------------------------------------


def test_words_that_the_carrier_has_forgotten_are_a_nurses(house: House, ana: Person, nora: Colleague) -> None:
    """They may have been a symptom, so somebody calls. Nobody's number is guessed from what is left of it."""
    sid = lost(house, ana, "my chest hurts", redacted=True)
    house.passes(minutes=5)
    (item,) = nora.sees("nurses")
    assert (item.reason, item.patient_id) == ("words_gone", None)
    assert exchanges(house)[sid].body == ""
    masked = point(house, f"{ANAS[:-4]}XXXX")
    assert masked.cannot_text == "not_a_number"
    assert [row.state for row in house.rows(Outbound)] == ["withheld"]
    nell = signed_in(house, "nell", "nurse")
    page = nell.page(f"/desk/items/{item.id}")
    assert "the carrier no longer has" in page
    assert f"{ANAS[:-4]}XXXX" in page
    assert "9999" not in page


# --- The door at the same time -------------------------------------------------------------------------------------


def test_a_webhook_that_comes_after_all_is_a_repeat(house: House, ana: Person, nora: Colleague) -> None:
    sid = lost(house, ana, "my chest hurts")
    house.passes(minutes=5)
    ana.reads("911")
    house.carrier.redeliver(sid)
    house.work()
    ana.nothing_more()
    assert list(exchanges(house)) == [sid]
    assert house.carrier.attempts(sid)[-1].status == 200
    assert len(nora.sees("nurses")) == 1


def test_a_webhook_that_is_still_on_its_way_is_left_to_the_door(house: House, ana: Person) -> None:
    """The carrier is given a minute: a "1" that is only just late still counts."""
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    sid = lost(house, ana, "1")
    house.passes(seconds=50)
    assert not house.rows(Exchange)
    house.carrier.redeliver(sid)
    house.work()
    assert appointment(booked).confirmed_at is not None
    assert exchanges(house)[sid].fetched_at is None
    ana.reads("Thank you")


def test_doors_and_two_reconcilers_at_once_take_each_text_in_once(house: House, nora: Colleague) -> None:
    """P4, P6, H40: whoever is first; everybody else finds it done."""
    people = [patient(house, f"Nr {number}", f"+1202555013{number}") for number in range(6)]
    sids = [lost(house, who, "my chest hurts") for who in people]
    house.clock.passes(minutes=5)
    another = Reconciler(house.gateway, house.settings)
    with ThreadPoolExecutor(8) as pool:
        at_work: list[Future[Any]] = [pool.submit(house.reconciler.run), pool.submit(another.run)]
        at_work += [pool.submit(house.carrier.redeliver, sid) for sid in sids * 2]
        for each in at_work:
            each.result()
    house.passes(minutes=5)
    assert sorted(exchanges(house)) == sorted(sids)
    assert len(nora.sees("nurses")) == len(people)
    for who in people:
        who.reads("911")
        who.nothing_more()


def test_what_the_spool_still_holds_is_the_spools(house: House, ana: Person) -> None:
    """She was answered by the door; fetched, she would be told twice."""
    directory = house.settings.spool_dir
    assert directory is not None
    with database_gone(house):
        sid = ana.handset.texts("my chest hurts")
        ana.reads("911")
    house.passes(minutes=5)
    assert not house.rows(Exchange)
    assert outage.replay(directory) == 1
    house.passes(minutes=5)
    assert exchanges(house)[sid].fetched_at is None
    ana.nothing_more()


def test_what_the_spool_has_lost_is_fetched_and_not_told_twice(house: House, ana: Person, nora: Colleague) -> None:
    """The disk of one machine is gone, or this ticker does not see it: the carrier's list shows what the door said."""
    directory = house.settings.spool_dir
    assert directory is not None
    with database_gone(house):
        sid = ana.handset.texts("I feel dizzy")
        ana.reads("911")
    spool.remove(directory, sid)
    house.passes(minutes=5)
    assert exchanges(house)[sid].fetched_at is not None
    assert [item.reason for item in nora.sees("nurses")] == ["hand_off"]
    ana.nothing_more()


def test_what_the_spool_cannot_open_is_fetched(house: House, ana: Person, nora: Colleague) -> None:
    directory = house.settings.spool_dir
    assert directory is not None
    with database_gone(house):
        sid = ana.handset.texts("I feel dizzy")
        ana.reads("911")
    (directory / f"{sid}.sealed").write_bytes(b"k1:torn")
    assert outage.replay(directory) == 0
    house.passes(minutes=5)
    assert exchanges(house)[sid].body == "I feel dizzy"
    assert sorted(item.reason for item in nora.sees("nurses")) == ["hand_off", "spool_file_broken"]


@pytest.mark.parametrize("step", ["begun", "before_commit", "committed", "done"])
def test_a_reconciler_that_dies_is_followed_by_one_that_ends_it(
    house: House, ana: Person, nora: Colleague, step: str
) -> None:
    sid = lost(house, ana, "my chest hurts")
    house.clock.passes(minutes=5)
    with power_cut_at(f"inbound.receive:{step}"):
        house.reconciler.run()
    house.reconciler.run()
    house.work()
    assert list(exchanges(house)) == [sid]
    assert len(nora.sees("nurses")) == 1
    ana.reads("911")


def test_a_text_that_cannot_be_taken_in_is_a_nurses_and_holds_up_nobody(
    house: House, ana: Person, rosa: Person, nora: Colleague
) -> None:
    """Her number's own row is beyond reading; her words and her number stand in the task, once."""
    with db.transaction("tests.spoil") as session:
        session.execute(text("update contact_point set number = :spoilt where id = 1"), {"spoilt": b"gone:xxxx"})
    lost(house, ana, "my chest hurts")
    lost(house, rosa, "me duele la cabeza")
    for _ in range(2):
        house.passes(minutes=5)
    found = {item.reason: item.note for item in nora.sees("nurses")}
    assert found["fetched_text_not_taken_in"] == f"{ANAS}: my chest hurts"
    assert len(found) == 2
    rosa.reads("911")


# --- The list itself -----------------------------------------------------------------------------------------------


def test_a_text_that_the_list_does_not_show_yet_is_found_by_a_later_round(house: House, ana: Person) -> None:
    house.carrier.faults.arm(Fault.LIST_LATE, seconds=120)
    sid = lost(house, ana, "hello")
    house.passes(seconds=90)
    assert not house.rows(Exchange)
    house.passes(minutes=4)
    assert list(exchanges(house)) == [sid]
    ana.reads("a person will read it")


def test_a_list_that_breaks_off_loses_nothing(house: House, fran: Colleague) -> None:
    people = [phone(house, f"+1202555014{number}") for number in range(8)]
    sids = [lost(house, who, "hello") for who in people]
    house.carrier.faults.arm(Fault.LIST_BROKEN, 2)
    house.passes(minutes=5)
    assert 0 < len(exchanges(house)) < len(sids)
    house.passes(minutes=4)
    assert sorted(exchanges(house)) == sorted(sids)
    for who in people:
        who.reads("a person will read it")
        who.nothing_more()


def test_a_list_that_breaks_off_once_is_asked_for_again_at_once(house: House, ana: Person) -> None:
    sids = [lost(house, ana, f"hello {number}") for number in range(4)]
    house.carrier.faults.arm(Fault.LIST_BROKEN)
    house.passes(minutes=5)
    assert sorted(exchanges(house)) == sorted(sids)
    assert house.reconciler.failed == 0
    ana.reads("a person will read it")


def test_a_list_that_cannot_be_read_is_told_after_three_rounds_and_once(
    house: House, ana: Person, fran: Colleague
) -> None:
    phone(house, "+12025550140").texts("hello")
    house.carrier.faults.arm(Fault.LIST_BROKEN, None)
    for _ in range(FAILS - 1):
        house.passes(minutes=4)
    told = [item for item in fran.sees("front_desk") if item.reason == "carrier_list_unreadable"]
    assert not told
    for _ in range(3):
        house.passes(minutes=4)
        house.reconciler = Reconciler(house.gateway, house.settings, failed=FAILS)  # a second one sees the same
    (task,) = [item for item in fran.sees("front_desk") if item.reason == "carrier_list_unreadable"]
    assert (task.contact_point_id, task.patient_id) == (None, None)
    fran.settles(task)
    house.passes(minutes=4)
    assert [item.reason for item in fran.sees("front_desk")].count("carrier_list_unreadable") == 1
    house.carrier.faults.clear()
    house.passes(minutes=4)
    assert house.reconciler.failed == 0


def test_a_carrier_that_is_away_costs_nothing_but_time(house: House, ana: Person) -> None:
    sid = lost(house, ana, "hello")
    port = int(house.carrier_server.url.rpartition(":")[2])
    house.carrier_server.stop()
    house.clock.passes(minutes=5)
    assert house.reconciler.run() == 0
    house.carrier_server = serve(house.carrier, port)
    house.passes(minutes=4)
    assert list(exchanges(house)) == [sid]
    ana.reads("a person will read it")


def test_a_good_round_is_a_heartbeat_and_a_broken_one_is_none(house: House, ana: Person) -> None:
    house.passes(minutes=4)
    before = {beat.name: beat.rounds for beat in house.rows_of(Heartbeat)}["reconciler"]
    lost(house, ana, "hello")
    house.carrier.faults.arm(Fault.LIST_BROKEN, 2)
    house.passes(minutes=4)
    assert {beat.name: beat.rounds for beat in house.rows_of(Heartbeat)}["reconciler"] == before
    ana.reads("a person will read it")


# --- The beginning, and a history that was lost --------------------------------------------------------------------


def test_what_came_before_the_practice_began_is_told_once_and_left_alone(
    house: House, ana: Person, fran: Colleague
) -> None:
    """The number was in use before: yesterday's words were somebody else's to answer."""
    sids = [lost(house, ana, f"hello {number}") for number in range(3)]
    house.clock.passes(hours=1)
    with db.transaction("tests.just_begun") as session:
        session.execute(update(LibraryVersion).values(activated_at=house.clock()))
    after = lost(house, ana, "hello again")
    for _ in range(2):
        house.passes(minutes=5)
    assert list(exchanges(house)) == [after]
    ana.reads("a person will read it")
    notes = [item.note for item in fran.sees("front_desk") if item.reason == "texts_before_start"]
    assert notes == [f"{len(sids)} texts"]
    desk = signed_in(house, "flo", "front_desk")
    assert "before we began" in desk.page("/desk/front-desk")


def test_before_anything_is_in_force_nothing_is_fetched(house: House, ana: Person) -> None:
    lost(house, ana, "hello")
    house.clock.passes(minutes=5)
    with db.transaction("tests.nothing_in_force") as session:
        session.execute(delete(LibraryVersion))
    assert house.reconciler.run() == 0
    assert not house.rows(Exchange)


def test_what_is_older_than_a_day_is_left_alone(house: House, ana: Person) -> None:
    lost(house, ana, "hello")
    house.clock.passes(seconds=LOOK_BACK.total_seconds() - 60)
    kept = lost(house, ana, "hello again")
    house.passes(minutes=2)
    assert list(exchanges(house)) == [kept]
    ana.reads("a person will read it")


@pytest.mark.parametrize("answer", ["A nurse will read your message. If", "Una enfermera", "We got your message"])
def test_a_history_that_was_lost_is_fetched_and_tells_nobody_twice(
    house: House, ana: Person, nora: Colleague, answer: str
) -> None:
    """H64: the backup knows nothing of the morning. She was answered then, and the carrier shows it."""
    lost(house, ana, "I feel dizzy")
    house.clock.passes(seconds=5)
    _answered_then(house, answer)
    ana.reads(answer)
    house.passes(hours=2)
    assert [item.reason for item in nora.sees("nurses")] == ["hand_off"]
    ana.nothing_more()


def test_emergency_words_of_a_lost_history_are_answered_again(house: House, ana: Person, nora: Colleague) -> None:
    """As whenever they are new to us."""
    lost(house, ana, "my chest hurts")
    house.clock.passes(seconds=5)
    _answered_then(house, "call 911 now. Do not wait")
    ana.reads("911")
    house.passes(hours=2)
    assert [item.reason for item in nora.sees("nurses")] == ["emergency"]
    ana.reads("911")


def test_an_answer_to_earlier_words_is_none_to_these(house: House, ana: Person, nora: Colleague) -> None:
    _answered_then(house, "A nurse will read your message. If")
    ana.reads("A nurse will read")
    house.clock.passes(seconds=5)
    lost(house, ana, "I feel dizzy")
    house.passes(hours=2)
    ana.reads("A nurse will read")


def _answered_then(house: House, answer: str) -> None:
    """A fixed text that this carrier sent for us, and that no row of ours knows of."""
    with db.reading("tests.wordings") as session:
        words = min(each for each in hand_off.every_wording(session) if answer in each)
    house.gateway.send_text(ANAS, words, "http://127.0.0.1:1/twilio/status?m=none", 600)


def test_a_text_of_ours_that_says_nothing_of_people_is_no_answer(house: House, ana: Person, nora: Colleague) -> None:
    """A reminder that left after her words does not tell her that a nurse has them."""
    lost(house, ana, "I feel dizzy")
    visit(house, ana)
    house.clock.passes(seconds=20)
    house.tick()
    ana.reads("Reply 1")
    house.passes(minutes=5)
    ana.reads("A nurse will read")


# --- The record ----------------------------------------------------------------------------------------------------


def test_the_record_says_when_it_was_written_and_that_it_came_late(house: House, ana: Person, nora: Colleague) -> None:
    lost(house, ana, "I feel dizzy")
    house.passes(hours=3)
    ana.reads("A nurse will read")
    desk = signed_in(house, "nell", "nurse")
    record = desk.page(f"/patients/{ana.patient_id}")
    assert "on Mon Nov 23, 10:00 AM; it came late, from the carrier’s list" in record
    (item,) = nora.sees("nurses")
    page = desk.page(f"/desk/items/{item.id}")
    assert "Fetched late" in page


def test_numbers_of_ours_are_all_asked_for(house: House) -> None:
    settings = house_settings(PAGING_FROM="+15005550007")
    assert settings.numbers == {"+15005550006", "+15005550007"}
    asked: list[str] = []

    class Asks:
        def texts_of(self, *, to: str, **_: object) -> list[object]:
            asked.append(to)
            return []

    reconciler = Reconciler(Asks(), settings)  # type: ignore[arg-type]
    assert reconciler._listed() == ([], True)
    assert asked == ["+15005550006", "+15005550007"]


def test_a_clock_that_jumps_two_days_loses_nothing_that_a_day_still_shows(house: House, ana: Person) -> None:
    """Back, too: what seems to come from the future waits until it does not."""
    house.passes(days=2)
    sid = lost(house, ana, "hello")
    house.clock.at -= timedelta(days=2)
    assert house.reconciler.run() == 0
    house.clock.at += timedelta(days=2, minutes=5)
    house.tick()
    assert list(exchanges(house)) == [sid]
    ana.reads("a person will read it")
