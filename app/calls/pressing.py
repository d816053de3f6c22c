"""A call to a member of staff: one key says yes, and nothing else does (P7, H16). A voicemail never presses it."""

from collections.abc import Callable
from dataclasses import dataclass

from app import practice
from app.calls.answers import Step
from app.calls.ending import HUMAN
from app.calls.moment import Moment
from app.calls.reaching import NEUTRAL
from app.models.calls import OutgoingCall

YES_KEY = "1"
MOST_ASKED = 2
"""Times that she hears the question."""


@dataclass(frozen=True)
class Question:
    """What she is asked, with the practice's name; what she hears when she did not press, and what the key does."""

    asks: str
    over: str
    take: Callable[[Moment, OutgoingCall], Step]
    in_vain: Callable[[Moment, OutgoingCall], object]


def decide(now: Moment, row: OutgoingCall, question: Question) -> Step:
    """What follows a turn of it. Only a person is asked; whatever is not the key is asked once more."""
    if now.turn.how == "reached" and (row.state != "answered" or row.answered_by != HUMAN):
        question.in_vain(now, row)
        return NEUTRAL
    if now.turn.how == "reached":
        return _ask(now, question)
    if now.turn.how == "pressed" and now.turn.keys == YES_KEY and now.place == "accepting":
        return question.take(now, row)
    if now.turn.how != "trouble" and now.place == "accepting" and now.call.misses + 1 < MOST_ASKED:
        return _ask(now, question, missed=True)
    return trouble(now, row, question)


def trouble(now: Moment, row: OutgoingCall, question: Question) -> Step:
    """Nothing was taken, whatever went wrong, and she hears so."""
    question.in_vain(now, row)
    return Step("over", words=(question.over,))


def _ask(now: Moment, question: Question, *, missed: bool = False) -> Step:
    words = question.asks.format(practice=practice.name(now.session) or "Handrail")
    return Step("accepting", words=(words,), missed=missed)
