"""Whether words about something else may also have been meant as STOP: for a person to ask about, never acted on."""

import re

_WORD = re.compile(r"[^\W_]+")
_APART = re.compile(r"[.,;:!?…\n—–-]")
_STOPS = frozenset("stop stopall unsubscribe optout revoke end quit cancel alto basta pare paren".split())
"""What carriers take for the end of all texts when it is the whole message, and what Spanish speakers write for it."""
_SURE = frozenset("stop stopall unsubscribe optout".split())
"""At the beginning these need no capitals to be meant so."""
_OBJECTS = frozenset("the it this that these those la el los las".split())


def may_mean_stop(text: str) -> bool:
    """`STOP my chest hurts`, `it hurts. Stop`; not `stop taking my pills?`, `it won't stop`."""
    words = list(_WORD.finditer(text))
    if len(words) < 2:
        return False
    first, second, last = words[0], words[1], words[-1]
    return _begins(text, first, second) or (
        last[0].casefold() in _STOPS and (_shouted(text, last[0]) or _apart(text, words[-2].end(), last.start()))
    )


def _begins(text: str, first: re.Match[str], second: re.Match[str]) -> bool:
    word, after = first[0].casefold(), second[0].casefold()
    if word not in _STOPS:
        return False
    if _shouted(text, first[0]) or _apart(text, first.end(), second.start()):
        return True
    return word in _SURE and after not in _OBJECTS and not after.endswith("ing")


def _shouted(text: str, word: str) -> bool:
    return word.isupper() and not text.isupper()


def _apart(text: str, end: int, start: int) -> bool:
    return _APART.search(text, end, start) is not None
