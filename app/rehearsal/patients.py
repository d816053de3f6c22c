"""The patients of a rehearsal: who answers a text and when, and who has something on her mind, at published rates.

83 % answer at least once, and 44 % voice a need within 30 days (Penn's 30-day programme, FEATURES G3). The rest is our
own guess and stands beside its number: how soon people answer, and how many stop the texts.
"""

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app import people
from app.simulator.carrier import Carrier
from app.simulator.handset import Handset

FILE = Path(__file__).with_name("words.toml")
ANSWERS_EVER, VOICES_A_NEED, WITHIN = 0.83, 0.44, timedelta(days=30)
ANSWERS_EACH = 0.75  # of those who ever answer, each question
USUAL_DELAY, LONGEST_DELAY = 20.0, 20 * 60.0  # minutes, the median of a lognormal and its end
STOPS, SPEAKS_SPANISH, SHARES_A_PHONE = 0.01, 0.2, 0.03
ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
MENU = ("Reply 1", "Responda 1")


@dataclass
class Somebody:
    """A telephone and the patient who holds it. plans: what she will write, and when."""

    id: int
    handset: Handset
    language: str
    answers: bool
    asked: bool = False
    answered: bool = False
    plans: list[tuple[datetime, str]] = field(default_factory=list)


class Crowd:
    """All of them. `write` sends what is due; `read` looks at what has come and plans answers."""

    def __init__(self, carrier: Carrier, rng: random.Random) -> None:
        self._carrier, self._rng = carrier, rng
        self.everybody: list[Somebody] = []

    def enter(self, session: Session, place: int, now: datetime) -> int:
        """A new patient of the practice; her id."""
        rng = self._rng
        shares = self.everybody and rng.random() < SHARES_A_PHONE
        number = self.everybody[-1].handset.number if shares else f"+1202{5_550_000 + place}"
        language = "es" if rng.random() < SPEAKS_SPANISH else "en"
        zone = rng.choice(ZONES) if rng.random() < 0.2 else None
        born = f"{rng.randint(1940, 2005)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        details = people.Details(name=f"Pat {place}", birth_date=born, language=language, time_zone=zone)
        patient = people.add_patient(session, details, [number], None)
        if shares:
            return patient.id
        who = Somebody(patient.id, self._carrier.handset(number), language, rng.random() < ANSWERS_EVER)
        if rng.random() < VOICES_A_NEED:
            who.plans.append((now + WITHIN * rng.random(), self._need(language)))
        self.everybody.append(who)
        return patient.id

    def next_at(self) -> datetime | None:
        """When the next of them writes."""
        return min((at for who in self.everybody for at, _ in who.plans), default=None)

    def write(self, now: datetime) -> None:
        for who in self.everybody:
            for plan in sorted(plan for plan in who.plans if plan[0] <= now):
                who.plans.remove(plan)
                who.handset.texts(plan[1])
                who.answered = who.answered or who.asked

    def read(self, now: datetime) -> None:
        for who in self.everybody:
            for text in who.handset.reads():
                who.asked = who.asked or _asks(text)
                if who.answers and self._rng.random() < ANSWERS_EACH:
                    who.plans += self._answer(who.language, text, now)

    def _answer(self, language: str, text: str, now: datetime) -> Iterator[tuple[datetime, str]]:
        rng = self._rng
        asks = _asks(text)
        if not asks and rng.random() > 0.1:  # few people answer what asks nothing
            return
        words = (
            "STOP" if rng.random() < STOPS else rng.choice(_words()["answers"][language]["menu" if asks else "other"])
        )
        minutes = min(rng.lognormvariate(0, 1.2) * USUAL_DELAY, LONGEST_DELAY)
        yield now + timedelta(minutes=max(1, round(minutes))), words

    def _need(self, language: str) -> str:
        shares = _words()["needs"]["shares"]
        (of,) = self._rng.choices(list(shares), list(shares.values()))
        return str(self._rng.choice(_words()["needs"][language][of]))


def _asks(text: str) -> bool:
    """Whether it is a question of ours; a welcome, or what answers her own words, is none."""
    return any(each in text for each in MENU)


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
