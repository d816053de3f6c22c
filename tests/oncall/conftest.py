"""Nurses on call at night, for every test of this folder."""

from datetime import time

import pytest
from sqlalchemy import delete

from app import db
from app.models.cover import OpenHours
from escalation_desk import rota
from tests.house import House
from tests.oncall.shift import AT_NIGHT, NICKS, NORAS, put_on_call
from tests.people import Colleague, colleague


@pytest.fixture
def night(house: House, nora: Colleague) -> Colleague:
    """Ten in the evening, the office closed; Nora is on call, with a telephone."""
    with db.transaction("tests.night") as session:
        session.execute(delete(OpenHours))
        rota.set_week(session, {day: (time(8), time(17)) for day in range(5)}, {}, None)
        put_on_call(session, nora.id, NORAS, 1)
    house.clock.becomes(AT_NIGHT)
    return nora


@pytest.fixture
def nick(house: House, night: Colleague) -> Colleague:
    """Second on call."""
    second = colleague(house, "Nick", "nurse")
    with db.transaction("tests.second") as session:
        put_on_call(session, second.id, NICKS, 2)
    return second
