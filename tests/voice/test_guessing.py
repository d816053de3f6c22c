"""Who calls under another's number, and who guesses birth dates, in numbers (H29, H30; issue 9's figures)."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from app import db
from app.calls import identity
from app.models.calls import IdentityTry, PhoneCall
from app.models.patients import PatientContactPoint
from escalation_desk.models import DeskItem
from tests.house import CLINIC, House
from tests.people import Person, patient, visit
from tests.screens.desk import one_database
from tests.voice.test_identity import RIGHT, VISIT, checks

pytestmark = [one_database, pytest.mark.prove, pytest.mark.timeout(1800)]
SPOOFED, GUESSES, GUESSED_AT = 300, 10_000, 40
HIDDEN = (*VISIT, "Ana", "López", "Chen", "Your next visit")


def test_three_hundred_under_a_patients_number_hear_nothing_of_her(house: House) -> None:
    """The number shown is a claim: each of three hundred numbers of patients, whoever holds the telephone."""
    chance = random.Random(9)  # noqa: S311
    for each in range(SPOOFED):
        who = patient(house, "Ana López", f"+1202555{3000 + each:04d}")
        visit(house, who)
        checks(who, _drawn(chance))
        heard = [who.hears("We could not find you")]
        for _ in range(identity.TRIES_A_CALL - 1):
            who.presses(_drawn(chance))
            heard.append(who.hears("We could not"))
        who.hangs_up()
        assert not [words for words in HIDDEN for part in heard if words in part], heard


def test_ten_thousand_guesses_open_nothing(house: House, ana: Person) -> None:
    """Never more than five in any day for one patient, never more than ten in all, one task for each who is locked."""
    chance = random.Random(30)  # noqa: S311
    crowd = [ana, *(patient(house, "Sam Chen", f"+1202555{3500 + each:04d}") for each in range(GUESSED_AT - 1))]
    with db.reading("tests.numbers") as session:
        behind = session.query(PatientContactPoint.contact_point_id, PatientContactPoint.patient_id).all()
    opened = 0
    for each in range(GUESSES):
        number, _ = chance.choice(behind)
        house.clock.passes(seconds=chance.expovariate(1 / 120))
        with db.transaction("tests.guess") as session:
            call = PhoneCall(
                sid=f"CA{each:032x}", contact_point_id=number, to_number=CLINIC, place="born",
                began_at=house.clock(), heard_at=house.clock(), tries=0,
            )  # fmt: skip
            session.add(call)
            session.flush()
            opened += identity.enter(session, call, _drawn(chance))
    assert opened == 0
    tries = house.rows(IdentityTry)
    assert set(Counter(one.patient_id for one in tries).values()) == {identity.WRONG_FOR_GOOD}
    for one in tries:
        day = [other for other in tries if other.patient_id == one.patient_id]
        near = [other for other in day if one.at <= other.at < one.at + timedelta(hours=24)]
        assert len(near) <= identity.TRIES_A_DAY
    locked = Counter(item.patient_id for item in house.rows(DeskItem) if item.reason == "identity_locked")
    assert set(locked.values()) == {1}
    assert len(locked) == GUESSED_AT == len(crowd)
    checks(ana, RIGHT)
    ana.hears("We could not find you")


def _drawn(chance: random.Random) -> str:
    """Some birth date of the last hundred years, but not hers, as keys."""
    born = date(1925, 1, 1) + timedelta(days=chance.randrange(36_500))
    keys = f"{born:%m%d%Y}"
    return keys if keys != RIGHT else _drawn(chance)
