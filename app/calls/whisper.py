"""What a nurse hears before she is connected with a caller who waits: one key takes the call, all else ends her side.

Nothing of anybody's health is said, and no name: whoever has her telephone in hand may hear it (P11).
"""

from app import db, practice, settings
from app.calls.answers import WHISPER
from app.calls.pressing import YES_KEY
from app.messaging import twiml
from app.messaging.twiml import HangUp, Join, Listen, Say
from escalation_desk import nurse_rings, page_words

MOST_ASKED = 2


def answer(token: str, turn: int, keys: str) -> str:
    """The TwiML for her side. Whatever is not the key leads to no connection; the same again gets the same answer."""
    with db.transaction("calls.whisper") as session:
        ring = nurse_rings.of_token(session, token)
        if ring is None or not nurse_rings.may_take(session, ring):
            return _over(page_words.ON_LINE_OVER)
        if turn and keys == YES_KEY:
            nurse_rings.take(session, ring)
            return twiml.call([Say(page_words.ON_LINE_TAKEN, "en")], Join())
        if turn >= MOST_ASKED:
            return _over(page_words.ON_LINE_NOT_TAKEN)
        words = page_words.ON_LINE.format(practice=practice.name(session) or "Handrail")
    here = f"{settings.current().public_base_url}{WHISPER}?w={token}&t={turn + 1}"
    return twiml.call([], Listen(action=here, says=[Say(words, "en")], language="en", seconds=6, by_keys=True))


def nothing() -> str:
    """While nobody can say whether she may: her side ends, and the next one is rung."""
    return twiml.call([], HangUp())


def _over(words: str) -> str:
    return twiml.call([Say(words, "en")], HangUp())
