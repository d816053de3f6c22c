"""A nurse and the front desk work on items by their screens; what was pressed and not answered is pressed again."""

from collections.abc import Callable

from sqlalchemy import select

from app import db
from app.messaging import outbox
from app.rehearsal.evidence import Evidence
from escalation_desk.models import DeskItem, DeskItemWords
from tests.faults.crashes import cast
from tests.faults.crashes.journeys import held
from tests.faults.crashes.journeys.journey import Held, Journey
from tests.faults.crashes.journeys.sms import asked
from tests.faults.crashes.practice import Practice
from tests.faults.crashes.world import Notes

ANA = cast.ANAS
CLINICAL = "my chest hurts"
FORM = "a-form-of-the-tests"
NURSES_WORDS = "Please call us now, Ana."


def _after(body: str) -> Callable[[Practice], Notes]:
    """Ana was asked, and wrote; her words stand on an item."""

    def before(practice: Practice) -> Notes:
        notes = asked(practice)
        practice.texts(ANA, body)
        practice.until_quiet()
        practice.clock.passes(seconds=40)
        with db.reading("tests.item") as session:
            item = session.scalars(select(DeskItem)).one()
            exchange = session.scalars(select(DeskItemWords.exchange_id)).one()
        return {**notes, "item": item.id, "number": item.contact_point_id, "exchange": exchange}

    return before


def _after_a_reply_to_a_dead_number(practice: Practice) -> Notes:
    """A nurse answered and closed; her text waits, and the number is out of service."""
    practice.notes |= _after(CLINICAL)(practice)
    practice.carrier.handset(ANA, "dead")
    nora = AtItem(practice, "nora")
    nora.claims()
    nora.reads()
    nora.replies()
    nora.closes("answered_by_text")
    return practice.notes


def _answered_late(practice: Practice) -> Notes:
    """Nobody took her words in time, so that somebody was asked to tell a nurse; then a nurse came and answered."""
    practice.notes |= _after(CLINICAL)(practice)
    practice.clock.passes(minutes=10)
    practice.until_quiet()
    practice.audits()
    _answers(practice)
    practice.until_quiet()
    return practice.notes


class AtItem:
    """Somebody at one item; each verb is one press."""

    def __init__(self, practice: Practice, who: str) -> None:
        self._desk, self._notes, self._clock = practice.desk(who), practice.notes, practice.clock
        self._address = f"/desk/items/{practice.notes['item']}"

    def opens(self) -> None:
        self._desk.opens("/desk/nurses")
        self._desk.opens(self._address)

    def claims(self) -> None:
        self._presses("claim")

    def reads(self) -> None:
        self._presses("read", newest=self._notes["exchange"])

    def replies(self) -> None:
        self._presses("reply", body=NURSES_WORDS, form=FORM, contact_point=self._notes["number"], seen=0)
        self._clock.passes(seconds=outbox.UNDONE_WITHIN.total_seconds())

    def writes_note(self) -> None:
        self._presses("notes", note="Tried to call, no answer.", form=FORM)

    def does_also(self) -> None:
        self._presses("also", exchange=self._notes["exchange"])

    def moves(self, to: str, why: str = "") -> None:
        self._presses("move", to=to, why=why, version=self._version())

    def closes(self, disposition: str, note: str = "", task_note: str = "") -> None:
        self._presses("close", disposition=disposition, closing_note=note, task_note=task_note, version=self._version())

    def _presses(self, verb: str, **fields: object) -> None:
        self._desk.presses(f"{self._address}/{verb}", **fields)

    def _version(self) -> int:
        """As the page shows it when it is opened anew."""
        with db.reading("tests.version") as session:
            return session.get_one(DeskItem, self._notes["item"]).version


def _answers(practice: Practice) -> None:
    """The whole case: open, claim, read, reply, close; outreach resumes."""
    nora = AtItem(practice, "nora")
    nora.opens()
    nora.claims()
    nora.reads()
    nora.replies()
    practice.works()
    nora.closes("answered_by_text")


def _phones(practice: Practice) -> None:
    """A note, and a close that opens the next step for the front desk."""
    nora = AtItem(practice, "nora")
    nora.claims()
    nora.reads()
    nora.writes_note()
    nora.closes("appointment_needed", "Reached her at noon; she needs a visit this week.", "A visit this week")


def _does_also(practice: Practice) -> None:
    nora = AtItem(practice, "nora")
    nora.claims()
    nora.reads()
    nora.does_also()
    practice.works()


def _calls_it_clinical(practice: Practice) -> None:
    AtItem(practice, "fran").moves("nurses")


def _hands_back(practice: Practice) -> None:
    nora = AtItem(practice, "nora")
    nora.claims()
    nora.reads()
    nora.moves("front_desk", why="She wrote of a chest of drawers.")


def _forgets(practice: Practice) -> None:
    """Claims, and is called away; the lease ends."""
    AtItem(practice, "nora").claims()
    practice.clock.passes(minutes=31)
    practice.until_quiet()


def _is_told(practice: Practice) -> None:
    """The carrier reports that the nurse's text cannot arrive."""
    practice.until_quiet()


def _is_audited(practice: Practice) -> None:
    practice.audits()


def _closed_once(evidence: Evidence, notes: Notes, disposition: str) -> list[str]:
    """The item is closed as said, once, and hushes nobody."""
    (item,) = evidence.rows(DeskItem, DeskItem.id == notes["item"])
    times = evidence.counted("closed", "item")[item.id]
    fine = (item.state, item.disposition, item.hushed_at, times) == ("closed", disposition, None, 1)
    return [] if fine else [f"item {item.id} is {item.state} as {item.disposition}, closed {times} times"]


def _answered(evidence: Evidence, notes: Notes) -> list[str]:
    return [*_closed_once(evidence, notes, "answered_by_text"), *held.heard_once(evidence, ANA, NURSES_WORDS)]


def _nobody_is_to_tell(evidence: Evidence, notes: Notes) -> list[str]:
    """The task was raised, and nobody need do anything about it any more."""
    tasks = [item.state for item in evidence.rows(DeskItem) if item.reason == "audit_escalation_unanswered"]
    return [*_answered(evidence, notes), *([] if tasks == ["closed"] else [f"tasks to tell a nurse stand {tasks}"])]


def _phoned(evidence: Evidence, notes: Notes) -> list[str]:
    written = len(evidence.entries["note_written"])
    return [
        *_closed_once(evidence, notes, "appointment_needed"),
        *held.stands(evidence, "front_desk", "appointment_needed", kind="task"),
        *([] if written == 1 else [f"the note was written {written} times"]),
    ]


def _did_also(evidence: Evidence, notes: Notes) -> list[str]:
    return [*held.confirmed(evidence, notes["visit"]), *held.heard_once(evidence, ANA, "is confirmed")]


def _on(list_name: str) -> Held:
    """The item stands on that list, open, and hushes exactly on the nurses'."""

    def holds(evidence: Evidence, notes: Notes) -> list[str]:
        (item,) = evidence.rows(DeskItem, DeskItem.id == notes["item"])
        hushes = item.hushed_at is not None
        fine = (item.list, item.state, hushes) == (list_name, "open", list_name == "nurses")
        return [] if fine else [f"item {item.id} stands {item.state} on {item.list}, hushing: {hushes}"]

    return holds


def _says_call(evidence: Evidence, notes: Notes) -> list[str]:
    """The closed item came back, unless nobody knows whether her text left: then there is a task for that."""
    (item,) = evidence.rows(DeskItem, DeskItem.id == notes["item"])
    doubtful = any(row.state == "unknown" for row in evidence.outbox)
    return [] if doubtful or (item.cannot_text and item.state == "open") else [f"item {item.id} does not say call"]


DESK = (
    Journey("answer", _answers, _answered, _after(CLINICAL), again=_answers),
    Journey("phone", _phones, _phoned, _after(CLINICAL), again=_phones),
    Journey("also", _does_also, _did_also, _after("1, and my chest hurts"), again=_does_also),
    Journey("to-nurses", _calls_it_clinical, _on("nurses"), _after("can I bring my dog"), again=_calls_it_clinical),
    Journey("to-front-desk", _hands_back, _on("front_desk"), _after(CLINICAL), again=_hands_back),
    Journey("forgotten", _forgets, _on("nurses"), _after(CLINICAL)),
    Journey("dead-number", _is_told, _says_call, _after_a_reply_to_a_dead_number),
    Journey("late-and-answered", _is_audited, _nobody_is_to_tell, _answered_late, pairs=False),
)
