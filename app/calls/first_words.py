"""What people say as they pick up, or hear a greeting: a hello asks for nothing, “one” is a key, and “confirm my
appointment” asks for what a key leads to."""

from escalation_desk.folding import fold_phrase

PLACES = ("greeting", "reached")
_LANGUAGE_KEYS = {"1": "1", "one": "1", "uno": "1", "2": "2", "two": "2", "dos": "2"}
_AROUND_A_KEY = frozenset("press number option oprima numero opcion el la the por favor please".split())
_HELLO = frozenset(
    "hello hi hey yes yeah speaking this is it who whos good morning afternoon evening here"
    " hola bueno buenos buenas dias tardes noches diga digame alo si mande quien habla es".split()
)


_NO_MORE = frozenset("no nope nothing all else bye goodbye nada todo adios chao".split())
_ALL = _NO_MORE | frozenset("thats that is it was thanks thank you im good done ok gracias mas es eso seria".split())
_VISIT = frozenset("appointment appointments appt visit cita citas".split())
_WHEN = frozenset("when time day date cuando hora dia fecha".split())


def language_key(words: str) -> str | None:
    """The key of the language that they say: “one”, “oprima el dos”."""
    said = [word for word in fold_phrase(words) if word not in _AROUND_A_KEY]
    return _LANGUAGE_KEYS.get(said[0]) if len(said) == 1 else None


def is_hello(words: str) -> bool:
    """Whether it is nothing but what a telephone is picked up with, or asks who is there."""
    said = fold_phrase(words)
    return bool(said) and _HELLO.issuperset(said)


def is_all(words: str) -> bool:
    """Whether it is nothing but that there is no more to say."""
    said = fold_phrase(words)
    return _ALL.issuperset(said) and not _NO_MORE.isdisjoint(said)


def is_about_visit(words: str, intent: str) -> bool:
    """Whether the key for a visit leads to all they ask: to confirm it, or when it is. Nothing is lost when such a call
    ends on the way; whoever wants to cancel is read by a person."""
    said = set(fold_phrase(words))
    asks_when = intent == "question" and not _WHEN.isdisjoint(said)
    return (intent == "confirm" or asks_when) and not _VISIT.isdisjoint(said)
