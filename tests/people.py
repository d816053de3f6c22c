"""The cast: patients with telephones, and the staff who look after them."""

from dataclasses import dataclass, field

from sqlalchemy import select

from app import contact_points, db
from app.messaging import consent
from app.models.appointments import Appointment
from app.models.patients import Patient
from app.models.staff import Staff
from app.outreach import gone
from app.scheduling import booking
from app.simulator.handset import Handset
from app.simulator.telephony import NoSuchAct
from app.talk import also
from escalation_desk import handling, items, settling
from escalation_desk.models import DeskItem, DeskItemWords
from tests.house import House

ANAS, ROSAS, STRANGERS = "+12025550101", "+12025550102", "+12025550199"


@dataclass
class Person:
    """A patient with a telephone. What she was sent must be read in the test: `nothing_more` fails otherwise."""

    house: House
    handset: Handset
    patient_id: int | None = None
    unread: list[str] = field(default_factory=list)
    _heard: int = 0

    def texts(self, body: str) -> str:
        """Send a text; the practice does all that follows from it. Returns the MessageSid."""
        sid = self.handset.texts(body)
        self.house.work()
        return sid

    def texts_photo(self, body: str = "") -> str:
        sid = self.handset.texts_photo(body)
        self.house.work()
        return sid

    def calls(self, *, shown: bool = True) -> str:
        """Ring the practice, and hear its system. Returns the CallSid."""
        self._heard = 0
        sid = self.handset.calls(shown=shown)
        self.house.work()
        return sid

    def agrees_to_calls(self, *, would_rather: bool = True) -> None:
        """At the desk: our system may ring her; she would rather be called than texted."""
        with db.transaction("tests.agrees") as session:
            points = contact_points.of_patient(session, self.patient_id or 0)
            consent.agree_to_calls(session, points[0].id, staff_id=1)
            session.get_one(Patient, self.patient_id).channel = "voice" if would_rather else "sms"

    def rings(self) -> bool:
        """Whether her telephone rings just now."""
        try:
            call = self.handset.call
        except NoSuchAct:
            return False
        return call.placed is not None and call.status == "ringing"

    def answers(self) -> None:
        """Take the call that rings."""
        assert self.rings(), "nothing rings"
        self._heard = 0
        self.handset.answers()
        self.house.work()

    def declines(self) -> None:
        self.handset.declines()
        self.house.work()

    def lets(self, habit: str) -> None:
        """What her telephone does by itself when it is rung: a voicemail's greeting, busy, no answer."""
        self.handset.does_by_itself(habit)
        self._heard = 0

    def presses(self, keys: str) -> None:
        self.handset.presses(keys)
        self.house.work()

    def says(self, words: str, confidence: float | None = 0.9) -> None:
        self.handset.says(words, confidence)
        self.house.work()

    def leaves_message(self, words: str) -> None:
        """After the tone; the carrier keeps the sound and tells the practice."""
        self.handset.says(words, None)
        self.house.work()

    def keeps_silent(self) -> None:
        self.handset.keeps_silent()
        self.house.work()

    def hangs_up(self, *, reported: bool = True) -> None:
        self.handset.hangs_up(reported=reported)
        self.house.work()

    def hears(self, *parts: str) -> str:
        """What was said to her since she last listened holds all `parts`; returns it."""
        lines = [line.words for line in self.handset.call.lines if line.who != "caller"]
        said, self._heard = "\n".join(lines[self._heard :]), len(lines)
        assert said, f"nothing was said; expected {parts}"
        for part in parts:
            assert part in said, f"{part!r} is not in {said!r}"
        return said

    def reads(self, *parts: str) -> str:
        """The next text she got holds all `parts`; returns it."""
        self._looks()
        assert self.unread, f"nothing arrived; expected a text with {parts}"
        text = self.unread.pop(0)
        for part in parts:
            assert part in text, f"{part!r} is not in {text!r}"
        return text

    def nothing_more(self) -> None:
        self._looks()
        assert not self.unread, f"unexpected texts: {self.unread}"

    def lets_lie(self) -> None:
        """What arrived is of no matter to the test."""
        self._looks()
        self.unread.clear()

    def _looks(self) -> None:
        self.house.carrier.pump()
        self.unread += self.handset.reads()


@dataclass
class Colleague:
    """A member of staff, at the desk by its verbs (its screens have their own tests)."""

    house: House
    id: int
    role: str

    def sees(self, list_name: items.ListName = "nurses") -> list[DeskItem]:
        with db.reading("tests.sees") as session:
            return items.open_items(session, list_name)

    def claims(self, item: DeskItem) -> None:
        with db.transaction("tests.claims") as session:
            handling.claim(session, item.id, self.id)

    def reads_all(self, item: DeskItem) -> None:
        with db.transaction("tests.reads_all") as session:
            words = select(DeskItemWords.exchange_id).where(DeskItemWords.desk_item_id == item.id)
            handling.mark_read(session, item.id, self.id, max(session.scalars(words), default=0))

    def replies(self, item: DeskItem, body: str, form: str) -> None:
        with db.transaction("tests.replies") as session:
            assert item.contact_point_id is not None
            handling.reply(
                session, item.id, self.id, item.contact_point_id, body, form, handling.last_text(session, item.id)
            )
        self.house.staff_texts_leave()

    def closes(self, item: DeskItem, disposition: str, note: str = "", task_note: str = "") -> None:
        with db.transaction("tests.closes") as session:
            version = session.get_one(DeskItem, item.id).version
            gone.settle(session, item.id, self.id, settling.Ending(disposition, note, task_note), version)
        self.house.work()

    def moves(self, item: DeskItem, to: items.ListName, why: str = "No nurse is needed") -> None:
        """Hand it to the other list; to the front desk she must have it."""
        with db.transaction("tests.moves") as session:
            if to == "nurses":
                settling.call_clinical(session, item.id, self.id)
            else:
                version = session.get_one(DeskItem, item.id).version
                settling.call_administrative(session, item.id, self.id, version, why)
        self.house.work()

    def reopens(self, item: DeskItem) -> None:
        """Open it again; it is hers then."""
        with db.transaction("tests.reopens") as session:
            settling.reopen(session, item.id, self.id)
        self.house.work()

    def does_also(self, item: DeskItem) -> str | None:
        """Carry out the choice that the first words on the item also made."""
        with db.transaction("tests.does_also") as session:
            words = select(DeskItemWords.exchange_id).where(DeskItemWords.desk_item_id == item.id)
            passed_on = also.do_also(session, item.id, session.scalars(words).first() or 0, self.id)
        self.house.work()
        return passed_on

    def settles(self, item: DeskItem, disposition: str = "nothing_to_do", note: str = "", task_note: str = "") -> None:
        """Claim, read and close in one go; crisis words ask for a note."""
        self.claims(item)
        self.reads_all(item)
        self.closes(item, disposition, note or ("Spoke with her" if item.rank == items.CRISIS_RANK else ""), task_note)


def phone(house: House, number: str) -> Person:
    """A telephone of nobody we know."""
    return Person(house, house.carrier.handset(number))


def patient(house: House, name: str, number: str, language: str = "en") -> Person:
    """A patient with that number; the number may be somebody else's too."""
    with db.transaction("tests.patient") as session:
        row = Patient(
            name=name, birth_date="1961-02-03", language=language, version=1,
            do_not_contact=False, created_at=house.clock(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        contact_points.index_name(session, row)
        contact_points.attach(session, row.id, number, None)
    return Person(house, house.carrier.handset(number), row.id)


def visit(house: House, who: Person, days: int = 1, hour: int = 15) -> int:
    """Book an appointment for a patient; returns its id."""
    assert who.patient_id is not None
    with db.transaction("tests.visit") as session:
        return booking.book(session, who.patient_id, 1, 1, house.on(days, hour), None).id


def appointment(appointment_id: int) -> Appointment:
    with db.reading("tests.appointment") as session:
        return session.get_one(Appointment, appointment_id)


def colleague(house: House, name: str, role: str) -> Colleague:
    with db.transaction("tests.colleague") as session:
        row = Staff(username=name.lower(), name=name, role=role, password_hash="-", created_at=house.clock())
        session.add(row)
        session.flush()
    return Colleague(house, row.id, role)
