"""What the door never saw is fetched from the carrier's list: not lost, no choice, and before whom it belongs (H59)."""

import pytest

from app.models.conversations import Exchange
from app.models.outbox import Outbound
from app.models.patients import ConsentEvent
from tests.house import House
from tests.people import ANAS, Colleague, Person, appointment, visit
from tests.reconciler.carrier import exchanges, lost
from tests.sending.outbox import point
from tests.web.browsing import signed_in

pytestmark = pytest.mark.slow


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


@pytest.mark.of_words
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
