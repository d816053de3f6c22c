"""A patient texts: every kind of words, and what they must lead to."""

from collections.abc import Iterator

from sqlalchemy import update

from app import db
from app.models.conversations import Conversation
from app.rehearsal.evidence import Evidence
from escalation_desk.models import DeskItem, DeskItemWords
from tests.faults.crashes import cast
from tests.faults.crashes.journeys import held
from tests.faults.crashes.journeys.journey import Act, Journey
from tests.faults.crashes.practice import Practice
from tests.faults.crashes.world import Notes

ANA, STRANGER = cast.ANAS, cast.STRANGERS


def asked(practice: Practice) -> Notes:
    """Ana was asked whether she comes tomorrow."""
    visit = cast.book(practice, practice.notes["ana"])
    practice.until_quiet()
    practice.clock.passes(minutes=1)
    return {"visit": visit}


def _texts(number: str, *bodies: str, photo: bool = False) -> Act:
    """Texts from one number, each worked off before the next."""

    def goes(practice: Practice) -> None:
        for body in bodies:
            practice.texts(number, body, photo=photo)
            practice.works()

    return goes


def texts_the_rest(number: str, *bodies: str) -> Act:
    """Our trouble is not hers: what she had not texted yet she texts now."""

    def again(practice: Practice) -> None:
        texted = {text.body for text in practice.carrier.truth().inbound if text.sender == number}
        for body in bodies:
            if body not in texted:
                practice.texts(number, body)

    return again


def _confirmed(evidence: Evidence, notes: Notes) -> list[str]:
    return [
        *held.confirmed(evidence, notes["visit"]),
        *held.heard_once(evidence, ANA, "is confirmed"),
        *held.stands(evidence, "front_desk"), *held.stands(evidence, "nurses"),
    ]  # fmt: skip


def _with_the_nurses(evidence: Evidence, notes: Notes) -> list[str]:
    """The emergency text once, her question still open, her appointment as it was."""
    return [
        *held.confirmed(evidence, notes["visit"], wanted=False),
        *held.heard_once(evidence, ANA, "A nurse will read"),
        *held.stands(evidence, "nurses", "emergency"), *held.stands(evidence, "front_desk"),
    ]  # fmt: skip


def _split_and_with_the_nurses(evidence: Evidence, notes: Notes) -> Iterator[str]:
    """Whatever each half is read as by itself: the nurses have both, and she was told."""
    yield from held.confirmed(evidence, notes["visit"], wanted=False)
    (item,) = evidence.rows(DeskItem, DeskItem.kind == "words")
    halves = len(evidence.rows(DeskItemWords, DeskItemWords.desk_item_id == item.id))
    doubtful = any(row.state == "unknown" for row in evidence.outbox)
    if (item.list, halves) != ("nurses", 2) or not (doubtful or evidence.heard(ANA, "A nurse will read")):
        yield f"item {item.id} on {item.list} has {halves} texts"


def _stopped(evidence: Evidence, _: Notes) -> list[str]:
    """No text of ours follows; a person asks about the visit."""
    return [
        *held.opted_out(evidence, ANA),
        *held.stands(evidence, "front_desk", "confirm_by_phone_opted_out", kind="task"),
        *_talk_is_over(evidence, "opted_out"),
    ]  # fmt: skip


def _cancelled(evidence: Evidence, _: Notes) -> list[str]:
    return [
        *held.opted_out(evidence, ANA),
        *held.stands(evidence, "front_desk", "cancel_may_mean_appointment"),
        *_talk_is_over(evidence, "opted_out"),
    ]  # fmt: skip


def _talk_is_over(evidence: Evidence, ended_as: str) -> Iterator[str]:
    ended = [row.ended_as for row in evidence.rows(Conversation)]
    if ended != [ended_as]:
        yield f"conversations ended as {ended}"


def _back_in(evidence: Evidence, _: Notes) -> list[str]:
    return [*held.opted_out(evidence, ANA, wanted=False)]


def _stranger_with_people(evidence: Evidence, _: Notes) -> list[str]:
    return [
        *held.stands(evidence, "front_desk", "unknown_number"), *held.heard_once(evidence, STRANGER, "a person will"),
    ]  # fmt: skip


def _stranger_with_nurses(evidence: Evidence, _: Notes) -> list[str]:
    return [*held.stands(evidence, "nurses", "hand_off"), *held.heard_once(evidence, STRANGER, "A nurse will read")]


def _picture_with_nurses(evidence: Evidence, _: Notes) -> list[str]:
    return [*held.stands(evidence, "nurses", "picture"), *held.heard_once(evidence, ANA, "A nurse will read")]


def _quarantined(evidence: Evidence, notes: Notes) -> list[str]:
    return [
        *held.confirmed(evidence, notes["visit"], wanted=False),
        *held.stands(evidence, "nurses", "could_not_be_processed"),
        *held.heard_once(evidence, ANA, "A nurse will read"),
    ]  # fmt: skip


def _asked_and_stopped(practice: Practice) -> Notes:
    notes = asked(practice)
    practice.texts(ANA, "STOP")
    practice.until_quiet()
    return notes


def _asked_by_a_broken_dialog(practice: Practice) -> Notes:
    """The version of the dialog she is in is gone, which breaks the processing of her answer."""
    notes = asked(practice)
    with db.transaction("tests.break_dialog") as session:
        session.execute(update(Conversation).values(dialog_version=99))
    return notes


SMS = (
    Journey("confirm", _texts(ANA, "1"), _confirmed, asked),
    Journey("clinical", _texts(ANA, "my chest hurts"), _with_the_nurses, asked),
    Journey("mixed", _texts(ANA, "1, and my chest hurts"), _with_the_nurses, asked),
    Journey(
        "split",
        _texts(ANA, "my chest", "hurts"),
        _split_and_with_the_nurses,
        asked,
        again=texts_the_rest(ANA, "my chest", "hurts"),
    ),
    Journey("stop", _texts(ANA, "STOP"), _stopped, asked),
    Journey("cancel", _texts(ANA, "CANCEL"), _cancelled, asked),
    Journey("start", _texts(ANA, "START"), _back_in, _asked_and_stopped),
    Journey("stranger", _texts(STRANGER, "is this the bakery"), _stranger_with_people),
    Journey("stranger-clinical", _texts(STRANGER, "my baby has a fever"), _stranger_with_nurses),
    Journey("picture", _texts(ANA, "", photo=True), _picture_with_nurses),
    Journey("poison", _texts(ANA, "1"), _quarantined, _asked_by_a_broken_dialog),
)
