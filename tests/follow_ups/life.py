"""Patients in six time zones to whom things happen in any order, and what must hold of every text that leaves (P6, P9).

Its own bookkeeping, from the events it made itself: it asks none of the code that decides. Events commit one by one;
between any two of them a round may look, and texts may leave.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from app import db, people
from app.models.conversations import Conversation
from app.models.outbox import Outbound
from app.models.patients import Patient
from app.outreach import follow_ups, happened, loops, reminders, untold
from app.outreach.follow_ups import Need
from app.people import Details
from app.scheduling import booking
from escalation_desk.models import DeskItem, DeskItemWords
from tests.doors.twilio import post, text_form
from tests.house import House
from tests.people import Colleague

ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "Pacific/Honolulu",
)  # fmt: skip
KINDS = ("lab", "referral", "recall_chronic", "recall_lapsed", "book", "callback")
OPENS, CLOSES, A_DAY, A_WEEK = 8, 20, 1, 3


About = tuple[int | None, int | None]


@dataclass
class Line:
    """A number, which may be shared: the talks that reached it, with the day, the matter and the visit's version."""

    number: str
    opted_out: bool = False
    known: set[int] = field(default_factory=set)
    talks: list[tuple[date, About, int | None]] = field(default_factory=list)


@dataclass
class Someone:
    """A patient, by what the test itself has done to her."""

    id: int
    line: Line
    zone: ZoneInfo
    deceased: bool = False
    do_not_contact: bool = False
    visits: dict[int, int] = field(default_factory=dict)  # booked ones, with their versions


class Life:
    """`step` lets time pass, something happen, and the ticker do its part in any order; wrongs are kept in `wrong`."""

    def __init__(self, house: House, fran: Colleague, rng: random.Random, patients: int, first: int) -> None:
        self.house, self.fran, self.rng = house, fran, rng
        self.wrong: list[str] = []
        self.happened: Counter[str] = Counter()
        self.sent = 0
        self._seen: set[int] = set()
        self.everybody: list[Someone] = []
        for place in range(patients):
            self._enters(first + place, shares=place % 7 == 6)
        self._by_id = {each.id: each for each in self.everybody}

    def step(self, most_hours: float, events: int) -> None:
        self.house.clock.passes(minutes=self.rng.randint(7, int(most_hours * 60)))
        turns = [self._something] * self.rng.randint(0, events) + [reminders.begin_due, loops.look_due, self._send]
        self.rng.shuffle(turns)
        for turn in [*turns, self._send]:
            turn()

    def _send(self) -> None:
        self.house.work()
        self._look()

    def _enters(self, place: int, *, shares: bool) -> None:
        """`shares`: the telephone of whoever entered before."""
        before = self.everybody[-1] if shares else None
        zone = before.zone if before else ZoneInfo(ZONES[place % len(ZONES)])
        line = before.line if before else Line(f"+1202{5550000 + place}")
        details = Details(name=f"Ines {place}", birth_date=None, language=("en", "es")[place % 2], time_zone=zone.key)
        with db.transaction("tests.life.enters") as session:
            entered = people.add_patient(session, details, [line.number], self.fran.id)
        self.everybody.append(Someone(entered.id, line, zone))

    # --- what happens ---

    def _something(self) -> None:
        who = self.rng.choice(self.everybody)
        likely = {self._books: 5, self._moves: 4, self._cancels: 3, self._needs: 9, self._answers: 4, self._stops: 1.5,
                  self._starts: 5 if who.line.opted_out else 1, self._dies: 0.2, self._is_read: 6,
                  self._is_left_alone: 9 if who.do_not_contact else 0.7}  # fmt: skip
        act = self.rng.choices(list(likely), list(likely.values()))[0]
        if not who.deceased and act(who):
            self.happened[act.__name__] += 1

    def _books(self, who: Someone) -> bool:
        starts_at = self._some_hour()
        with db.transaction("tests.life.books") as session:
            loops.hold(session, who.id)
            visit = booking.book(session, who.id, 1, 1, starts_at, self.fran.id)
            happened.booked(session, who.id)
        who.visits[visit.id] = 1
        return True

    def _moves(self, who: Someone) -> bool:
        if not who.visits:
            return False
        visit_id, version = self.rng.choice(list(who.visits.items()))
        with db.transaction("tests.life.moves") as session:
            if not untold.move(session, visit_id, version, self._some_hour(), 1, 1, self.fran.id):
                return False
        who.visits[visit_id] = version + 1
        return True

    def _cancels(self, who: Someone) -> bool:
        if not who.visits:
            return False
        visit_id, version = self.rng.choice(list(who.visits.items()))
        with db.transaction("tests.life.cancels") as session:
            if not untold.cancel(session, visit_id, version, self.fran.id):
                return False
        del who.visits[visit_id]
        return True

    def _needs(self, who: Someone) -> bool:
        with db.transaction("tests.life.needs") as session:
            due_on = follow_ups.today(session) + timedelta(days=self.rng.randint(0, 6))
            need = Need(key=f"life:{who.id}:{self.happened.total()}", patient_id=who.id, kind=self.rng.choice(KINDS),
                        owner="front_desk", due_on=due_on)  # fmt: skip
            follow_ups.capture(session, need, self.fran.id)
        return True

    def _answers(self, who: Someone) -> bool:
        return self._texts(who, self.rng.choice("123"))

    def _stops(self, who: Someone) -> bool:
        who.line.opted_out = self._texts(who, "STOP") or who.line.opted_out
        return True

    def _starts(self, who: Someone) -> bool:
        who.line.opted_out = not self._texts(who, "START")
        return True

    def _texts(self, who: Someone, body: str) -> bool:
        return post(self.house, text_form(body, From=who.line.number)).status == 200

    def _is_read(self, who: Someone) -> bool:  # noqa: ARG002  (of everybody)
        """The desk works off all that waits there: else words hold everything back."""
        now = self.house.clock()
        with db.transaction("tests.life.read") as session:
            session.execute(update(DeskItemWords).values(read_at=now))
            over = {"state": "closed", "closed_at": now, "hushed_at": None, "next_step_at": None}
            session.execute(update(DeskItem).where(DeskItem.state != "closed").values(over))
        return True

    def _is_left_alone(self, who: Someone) -> bool:
        who.do_not_contact = not who.do_not_contact
        with db.transaction("tests.life.left_alone") as session:
            row = session.get_one(Patient, who.id)
            details = Details(name=row.name, birth_date=None, language=row.language, time_zone=row.time_zone,
                              do_not_contact=who.do_not_contact)  # fmt: skip
            return people.change_patient(session, who.id, row.version, details, self.fran.id)

    def _dies(self, who: Someone) -> bool:
        with db.transaction("tests.life.dies") as session:
            version = session.get_one(Patient, who.id).version
            who.deceased = people.mark_deceased(session, who.id, version, self.house.clock().date(), self.fran.id)
        return who.deceased

    def _some_hour(self) -> datetime:
        return self.house.on(self.rng.randint(1, 9), self.rng.randint(8, 17), self.rng.choice((0, 15, 30)))

    # --- what must hold ---

    def _look(self) -> None:
        """At every text that left just now, by what is so at this moment: nothing has happened in between."""
        query = (
            select(Outbound, Conversation)
            .join(Conversation, Conversation.id == Outbound.conversation_id)
            .where(Outbound.message_class == "outreach", Outbound.claimed_at == self.house.clock())
        )
        with db.reading("tests.life.look") as session:
            for text, talk in session.execute(query.order_by(Outbound.id)).all():
                if text.id not in self._seen and talk.patient_id in self._by_id:
                    self._seen.add(text.id)
                    self._judge(self._by_id[talk.patient_id], text, talk)

    def _judge(self, who: Someone, text: Outbound, talk: Conversation) -> None:
        at = self.house.clock().astimezone(who.zone)
        wrong = {
            "at night": not OPENS <= at.hour < CLOSES,
            "after STOP": who.line.opted_out,
            "after a death": who.deceased,
            "though she is to be left alone": who.do_not_contact,
            "about a visit that is not so": text.appointment_id is not None
            and who.visits.get(text.appointment_id) != text.appointment_version,
        }
        self.sent += 1
        if talk.id not in who.line.known:
            who.line.known.add(talk.id)
            wrong |= self._begins(who.line, at, (talk.appointment_id, talk.follow_up_id), talk.appointment_version)
        self.wrong += [f"{why}: text {text.id} to patient {who.id} at {at}" for why, so in wrong.items() if so]

    def _begins(self, line: Line, at: datetime, about: About, version: int | None) -> dict[str, bool]:
        """The budget counts matters by the day on which they reached her."""
        today = {matter for day, matter, _ in line.talks if day == at.date()}
        week = {(day, matter) for day, matter, _ in line.talks if at.date() - day < timedelta(days=6)}
        again = (at.date(), about, version) in line.talks
        line.talks.append((at.date(), about, version))
        return {
            "twice": again,
            "a day's budget": len(today | {about}) > A_DAY,
            "a week's budget": len(week | {(at.date(), about)}) > A_WEEK,
        }
