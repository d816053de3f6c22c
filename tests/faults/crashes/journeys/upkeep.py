"""Duties that are rarely due, what only the carrier's list tells, and a new data key."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import text, update

from app import clock, db, sealing
from app.models.appointments import OutreachStep
from app.models.conversations import Conversation
from app.models.outbox import Outbound
from app.models.records import LibraryVersion
from app.rehearsal.evidence import Evidence
from app.simulator.faults import Fault
from app.upkeep import resealing
from escalation_desk.models import DeskItem
from tests.faults.crashes import cast
from tests.faults.crashes.journeys import held
from tests.faults.crashes.journeys.journey import Held, Journey
from tests.faults.crashes.journeys.post import booked
from tests.faults.crashes.journeys.sms import asked
from tests.faults.crashes.practice import Practice
from tests.faults.crashes.world import Notes

Before = Callable[[Practice], Notes]


def _asked_by_a_lost_dialog(practice: Practice) -> Notes:
    """Her silence cannot be carried out: the version of the dialog is gone."""
    notes = asked(practice)
    with db.transaction("tests.break_dialog") as session:
        session.execute(update(Conversation).values(dialog_version=99))
    return notes


def _a_day_goes_by(practice: Practice) -> None:
    practice.clock.passes(hours=23, minutes=5)
    practice.until_quiet()


def _front_desk_settles_it(evidence: Evidence, _: Notes) -> list[str]:
    reasons = evidence.counted("task_raised", "reason")
    return [] if reasons["could_not_go_on"] == 1 else [f"tasks were raised for {dict(reasons)}"]


def _booked_and_nothing_to_ask_with(practice: Practice) -> Notes:
    notes = booked(practice)
    with db.transaction("tests.break_library") as session:
        session.execute(update(LibraryVersion).where(LibraryVersion.kind == "dialog").values(body="not = [toml"))
    return notes


def _goes_round(practice: Practice) -> None:
    practice.until_quiet()


def _a_person_asks(evidence: Evidence, notes: Notes) -> list[str]:
    steps = [(row.state, row.reason) for row in evidence.rows(OutreachStep)]
    reasons = evidence.counted("task_raised", "reason")
    fine = steps == [("task", "could_not_be_asked")] and reasons["confirm_by_phone_could_not_be_asked"] == 1
    return [] if fine else [f"appointment {notes['visit']}: steps {steps}, tasks {dict(reasons)}"]


def _doubtful_since(practice: Practice) -> Notes:
    """A text was claimed by a process that died, some time ago."""
    notes = booked(practice)
    practice.ticks()
    with db.transaction("tests.dead_sender") as session:
        now = clock.now()
        session.execute(
            update(Outbound).values(state="sending", claimed_at=now, lease_until=now + timedelta(seconds=30))
        )
    return notes


def _an_item_without_a_step(practice: Practice) -> Notes:
    practice.texts(cast.STRANGERS, "is this the bakery")
    practice.until_quiet()
    with db.transaction("tests.lose_step") as session:
        session.execute(update(DeskItem).values(next_step_at=None))
    return {}


def _is_audited(practice: Practice) -> None:
    practice.audits()


def _has_its_step(evidence: Evidence, _: Notes) -> list[str]:
    lost = [item.id for item in evidence.rows(DeskItem, DeskItem.next_step_at.is_(None))]
    return [f"item {item} has no next step" for item in lost]


def _time_goes_by(practice: Practice) -> None:
    """It is looked for in the carrier's list, in vain, until a person is told."""
    for minutes in (1, 11, 11):
        practice.clock.passes(minutes=minutes)
        practice.until_quiet()
        practice.looks_in_the_list()


def _told_once(evidence: Evidence, _: Notes) -> list[str]:
    reasons = evidence.counted("task_raised", "reason")
    return [] if reasons["unknown_whether_sent"] == 1 else [f"tasks were raised for {dict(reasons)}"]


# --- what the carrier's list tells ---


def _lost(body: str) -> Before:
    """A text that the carrier could not bring and brings no more."""

    def before(practice: Practice) -> Notes:
        notes = asked(practice)
        practice.goes_wrong(Fault.INBOUND_LOST)
        practice.texts(cast.ANAS, body)
        practice.clock.passes(minutes=3)
        return notes

    return before


def _lost_from_a_spoilt_number(practice: Practice) -> Notes:
    """And the row of her number is beyond reading, so that nothing can be taken in from it."""
    notes = _lost("hello")(practice)
    with db.transaction("tests.spoil") as session:
        session.execute(text("update contact_point set number = :nothing"), {"nothing": b"gone:xxxx"})
    return notes


def _lost_before_we_began(practice: Practice) -> Notes:
    notes = _lost("hello")(practice)
    with db.transaction("tests.begin") as session:
        session.execute(update(LibraryVersion).values(activated_at=clock.now()))
    return notes


def _has_a_long_list(practice: Practice) -> Notes:
    for body in ("hello", "hello again", "and again"):
        practice.texts(cast.ANAS, body)
    practice.until_quiet()
    practice.clock.passes(minutes=3)
    return {}


def _looks(practice: Practice) -> None:
    practice.looks_in_the_list()


def _looks_in_vain(practice: Practice) -> None:
    """The list breaks off, and breaks off again."""
    practice.goes_wrong(Fault.LIST_BROKEN, times=100)
    for _ in range(3):
        practice.looks_in_the_list()


def _with_the_nurses(evidence: Evidence, _: Notes) -> list[str]:
    return [*held.stands(evidence, "nurses", "emergency"), *held.heard_once(evidence, cast.ANAS, "A nurse will read")]


def _told(reason: str) -> Held:
    def holds(evidence: Evidence, _: Notes) -> list[str]:
        times = evidence.counted("task_raised", "reason")[reason]
        return [] if times == 1 else [f"a task {reason} was raised {times} times"]

    return holds


# --- a new data key ---


def _has_a_new_key(practice: Practice) -> None:
    """It stands in front; the old one still opens."""
    keys = practice.world.settings.data_keys.get_secret_value()
    sealing.start(f"k2:{'3c' * 32},{keys}", practice.world.settings.index_key.get_secret_value())


def _seals_anew(_: Practice) -> None:
    resealing.seal_all_anew()


def _sealed_by_the_new_key(evidence: Evidence, _: Notes) -> list[str]:
    keys = dict(resealing.by_key())
    return [] if set(keys) == {"k2"} else [f"values by key: {keys}"]


def _listed(name: str, before: Before, holds: Held) -> Journey:
    return Journey(name, _looks, holds, before, pairs=False, from_the_list=True)


UPKEEP = (
    Journey("lost-dialog", _a_day_goes_by, _front_desk_settles_it, _asked_by_a_lost_dialog, pairs=False),
    Journey("nothing-to-ask-with", _goes_round, _a_person_asks, _booked_and_nothing_to_ask_with, pairs=False),
    Journey("lost-step", _is_audited, _has_its_step, _an_item_without_a_step, pairs=False),
    Journey("dead-sender", _time_goes_by, _told_once, _doubtful_since, pairs=False),
    _listed("fetched", _lost("my chest hurts"), _with_the_nurses),
    _listed("fetched-unreadable", _lost_from_a_spoilt_number, _told("fetched_text_not_taken_in")),
    _listed("fetched-earlier", _lost_before_we_began, _told("texts_before_start")),
    Journey(
        "list-broken", _looks_in_vain, _told("carrier_list_unreadable"), _has_a_long_list, _looks_in_vain, pairs=False
    ),
    Journey("new-key", _seals_anew, _sealed_by_the_new_key, asked, _seals_anew, wakes=_has_a_new_key, pairs=False),
)
