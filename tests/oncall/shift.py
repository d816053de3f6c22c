"""A shift of the on-call tests: who has a telephone and when, and the ladder's turn."""

from datetime import datetime, time

from sqlalchemy.orm import Session

from app.models.cover import Duty
from app.on_call import climbing
from escalation_desk import rota
from tests.house import ZONE, House

NORAS, NICKS = "+12025550190", "+12025550191"
AT_NIGHT = datetime(2026, 11, 23, 22, 0, tzinfo=ZONE)


def put_on_call(session: Session, staff_id: int, number: str, place: int) -> None:
    rota.set_phone(session, staff_id, number, None)
    for weekday in range(7):
        rota.enter(
            session,
            Duty(staff_id=staff_id, place=place, weekday=weekday, begins=time(17), ends=time(8)),
        )


def climbs(house: House, **later: float) -> None:
    """Time goes by, and the ladder's turn comes."""
    house.clock.passes(**later)
    climbing.climb()
    house.work()


def code_of(text: str) -> str:
    return text.partition("Reply ")[2][:4]
