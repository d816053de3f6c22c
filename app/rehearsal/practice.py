"""The practice that a rehearsal plays: its people and hours, its visits, and what is noted at the end of a day."""

import random
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, db
from app.models.appointments import Appointment
from app.models.cover import Duty
from app.models.follow_ups import VISIT_TYPES
from app.models.practice import GoAhead, Location, Practice, Provider
from app.outreach import encounters, follow_ups, happened, loops
from app.outreach.follow_ups import Need
from app.rehearsal.colleagues import Colleague, Staff
from app.rehearsal.patients import Crowd
from app.rehearsal.stage import Stage
from app.scheduling import booking
from app.web import accounts
from escalation_desk import rota

ZONE = ZoneInfo("America/Chicago")
OPENS, CLOSES = time(8), time(17)
QUIET_UNTIL, QUIET_FROM = time(8), time(20)
NURSE_TAKES, DESK_TAKES = timedelta(minutes=5), timedelta(minutes=4)
PANEL_A_NURSE = 400
"""Patients to one nurse, and to one person at the front desk."""
VISITS_A_MONTH = 0.4  # of each patient
COMES, COMES_UNCONFIRMED = 0.95, 0.8
FOLLOWS = {"book": 0.4, "lab": 0.1, "referral": 0.05}
"""What follows from a visit, by chance; from the others nothing does."""
TOGETHER = 50  # patients entered in one transaction


class Rehearsed:
    """The practice and everybody in it; `morning` and `evening` are what people do without being told."""

    def __init__(self, stage: Stage, patients: int, rng: random.Random) -> None:
        self._rng, self._stage = rng, stage
        self.crowd = Crowd(stage.carrier, rng)
        with db.transaction("rehearsal.furnish") as session:
            practice = Practice(
                name="Lakeside Clinic", time_zone=ZONE.key, quiet_until=QUIET_UNTIL, quiet_from=QUIET_FROM
            )
            session.add(practice)
            session.flush()
            session.add(GoAhead(practice_id=practice.id, basis="written", given_at=clock.now()))
            location = Location(practice_id=practice.id, name="Main Street", time_zone=ZONE.key)
            provider = Provider(name="Dr. Chen")
            session.add_all([location, provider])
            session.flush()
            self._location_id, self._provider_id = location.id, provider.id
            self.staff = self._hire(session, max(1, round(patients / PANEL_A_NURSE)))
        self.ids: list[int] = []
        for first in range(0, patients, TOGETHER):
            with db.transaction("rehearsal.patients") as session:
                places = range(first, min(first + TOGETHER, patients))
                self.ids += [self.crowd.enter(session, place, clock.now()) for place in places]
        for days in range(1, 8):
            self._book(days)

    def morning(self) -> None:
        """The day a week ahead is filled."""
        self._book(7)

    def evening(self) -> None:
        """Who came is noted, with what follows from it."""
        with db.reading("rehearsal.over") as session:
            over = select(
                Appointment.id, Appointment.patient_id, Appointment.confirmed_at, Appointment.visit_type
            ).where(Appointment.state == "booked", Appointment.attended.is_(None), Appointment.starts_at < clock.now())
            rows = session.execute(over.order_by(Appointment.id)).all()
        for visit_id, patient_id, confirmed_at, visit_type in rows:
            seen = self._rng.random() < (COMES if confirmed_at else COMES_UNCONFIRMED)
            with db.transaction("rehearsal.came") as session:
                loops.came(session, visit_id, "seen" if seen else "missed", self._desk_id)
                if seen:
                    self._decide(session, patient_id, visit_type)

    def _decide(self, session: Session, patient_id: int, visit_type: str) -> None:
        for encounter in encounters.undecided_of(session, patient_id):
            kind = self._rng.choices([*FOLLOWS, None], [*FOLLOWS.values(), 1 - sum(FOLLOWS.values())])[0]
            if visit_type == "chronic" and kind == "book":
                kind = "recall_chronic"
            if kind is None:
                encounters.decide(session, encounter.id, "none_needed", self._desk_id)
                continue
            due_on = follow_ups.today(session) + timedelta(days=self._rng.randint(1, 10))
            need = Need(key=f"visit:{encounter.id}", patient_id=patient_id, kind=kind, owner="front_desk",
                        due_on=due_on, encounter_id=encounter.id)  # fmt: skip
            follow_ups.capture(session, need, self._desk_id)
            encounters.decide(session, encounter.id, "captured", self._desk_id)

    def _book(self, days_ahead: int) -> None:
        """Fill a working day with so many visits that each patient has her share in a month."""
        day = (self._stage.clock.at.astimezone(ZONE) + timedelta(days=days_ahead)).date()
        if day.weekday() > 4:
            return
        many = sum(self._rng.random() < VISITS_A_MONTH / 21 for _ in self.ids)
        for patient_id in self._rng.sample(self.ids, many):
            at = time(self._rng.randint(8, 15), self._rng.choice((0, 15, 30, 45)))
            with db.transaction("rehearsal.book") as session:
                loops.hold(session, patient_id)
                booking.book(
                    session, patient_id, self._provider_id, self._location_id, datetime.combine(day, at, tzinfo=ZONE),
                    self._desk_id, visit_type=self._rng.choices(VISIT_TYPES, (5, 3, 1, 1))[0],
                )  # fmt: skip
                happened.booked(session, patient_id)

    def _hire(self, session: Session, of_each: int) -> Staff:
        """Nurses and front desk, the hours, and the first nurse on call for all others."""
        password = "rehearsal of a practice " + "".join(self._rng.choices("abcdefghijklmnop", k=12))
        colleagues = []
        for place in range(of_each):
            nurse = accounts.add(session, f"nurse-{place}", f"Nurse {place}", "nurse", password)
            desk = accounts.add(session, f"desk-{place}", f"Desk {place}", "front_desk", password)
            colleagues += [Colleague(nurse, "nurses", NURSE_TAKES), Colleague(desk, "front_desk", DESK_TAKES)]
        on_call, self._desk_id = colleagues[0], colleagues[1].id
        on_call.handset = self._stage.carrier.handset("+12025550190")
        rota.set_week(session, dict.fromkeys(range(5), (OPENS, CLOSES)), {}, None)
        rota.set_phone(session, on_call.id, on_call.handset.number, None)
        turns = [(weekday, CLOSES) for weekday in range(5)] + [(weekday, OPENS) for weekday in (5, 6)]
        for weekday, begins in turns:
            rota.enter(session, Duty(staff_id=on_call.id, place=1, weekday=weekday, begins=begins, ends=OPENS))
        return Staff(colleagues, self._rng)
