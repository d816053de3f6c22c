"""The standing answers: what an intent that no choice takes gets in every state of every dialog."""

from dataclasses import dataclass

from dialogs.engine.vocabulary import WRONG_NUMBER


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer an intent gets in every state; `then` adds the "menu" or the "question" again."""

    text: str | None
    then: str | None = None
    people: str | None = None
    ends: str | None = None
    begins: str | None = None


STANDING = {
    "repeat": Standing(None, then="question"),
    "language": Standing("language", then="question"),
    "opt_in": Standing("opt_in", then="question"),
    "who": Standing("who", then="menu"),
    "thanks": Standing("thanks", then="menu"),
    "question": Standing("question", people="question"),
    "late": Standing("late", people="late"),
    "arrived": Standing("arrived", people="arrived"),
    "help": Standing("help", people="help"),
    "person": Standing("person", people="asked_for_person", ends="people"),
    "wrong_number": Standing(None, ends="number_doubted", begins=WRONG_NUMBER),
    "opt_out": Standing(None, ends="opted_out"),
}
UNREAD = Standing("unread", people="unread")
TOO_MANY_MISSES = Standing("unread", people="not_understood", ends="people")
