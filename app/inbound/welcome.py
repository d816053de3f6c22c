"""The answer to an opt-in that the carrier leaves unanswered: whoever asks for texts again hears that they go on."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.contact_points import Behind
from app.inbound import hand_off
from app.messaging import outbox
from dialogs.engine.vocabulary import LANGUAGES


def back(session: Session, exchange_id: int, contact_point_id: int, patients: Sequence[Behind]) -> None:
    """Say once, in her language, that texts go to this number again and how to end them."""
    languages = sorted({patient.language for patient in patients}) or LANGUAGES
    body = hand_off.in_languages(session, "opt_in", languages)
    outbox.post(session, outbox.Draft(
        key=f"opt_in:{exchange_id}", message_class="reply", contact_point_id=contact_point_id, body=body,
        language=languages[0] if len(languages) == 1 else "", text_name="_always/opt_in", exchange_id=exchange_id,
    ))  # fmt: skip
