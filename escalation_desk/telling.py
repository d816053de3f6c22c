"""Which reason tells best why an item waits: the newest, but nothing weaker hides what is graver."""

_WEIGHT = {
    "crisis": 4, "emergency": 3,
    "hand_off": 2, "help": 2, "health_answer": 2, "picture": 2, "could_not_be_processed": 2, "called_clinical": 2,
    "person_has_talk": 0,
}  # fmt: skip
_USUAL = 1


def telling(was: str, now: str) -> str:
    """The reason that an item shows once words with the reason `now` have joined it."""
    return now if _WEIGHT.get(now, _USUAL) >= _WEIGHT.get(was, _USUAL) else was
