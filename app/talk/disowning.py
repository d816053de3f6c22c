"""Somebody says that a number is not its patient's: we ask back once, and then it is a person's (H26)."""

from sqlalchemy.orm import Session

from app.outreach import disowned
from app.talk import opening
from dialogs.engine.vocabulary import WRONG_NUMBER


def ask(session: Session, contact_point_id: int, patient_id: int, exchange_id: int) -> str | None:
    """Ask whether it is; the number has no live conversation. Returns why a person must take over, if one must."""
    asked_before = disowned.asked_lately(session, contact_point_id)
    if not asked_before and opening.in_reply(session, WRONG_NUMBER, contact_point_id, patient_id, exchange_id):
        return None
    disowned.give_to_person(session, contact_point_id, patient_id, exchange_id)
    return WRONG_NUMBER
