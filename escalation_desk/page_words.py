"""What pages say: how many wait, how long, and the code that takes them; nothing of anybody's health (P11). Pure."""

from collections.abc import Sequence
from datetime import timedelta

MOST_TAKEN = 20
"""So many items one answer takes: nobody has more in hand before the lease is over."""

ALONE = "Handrail: Urgent. A message waits for a nurse. Reply {code} to take it, then open the desk."
ONE = "Handrail: A message waits for a nurse. Reply {code} to take it, then open the desk."
TEST = "Handrail: this is a test, nobody waits. Reply {code} to show that it reached you."
CALL = "This is {practice}. Messages wait for a nurse. To take them, press 1."
CALL_OVER = "Nothing was taken. Goodbye."
ON_LINE = "This is {practice}. Somebody waits on the line for a nurse. To take the call, press 1."
ON_LINE_TAKEN = "You are connected now. The desk has it in your hands."
ON_LINE_NOT_TAKEN = "The call was not taken. Goodbye."
ON_LINE_OVER = "Nobody waits on this line any more. Please open the desk. Goodbye."
CALL_BROKEN = "Our system is not working just now. Nothing was taken, and nobody was called. Please open the desk."
THROUGH_ASKS = "This is {practice}, with the call that you asked for. To be put through, press 1."
THROUGH = "One moment, please."
THROUGH_OVER = "Nobody was called. Goodbye."
THROUGH_NOT_NOW = "This call cannot be made any more. Please look at the desk. Goodbye."
THROUGH_ENDED = "The call is over. Please say at the desk how it went. Goodbye."
THROUGH_NOBODY = "Nobody answered. Goodbye."
CALL_TOO_LATE = "This call can no longer be answered. Please open the desk."
NOT_YOURS = "Somebody else has {them}, or {they} closed already. You need do nothing."


def gathered(ages: Sequence[timedelta], *, urgent: int) -> str:
    """A page for all that waits: how long each has waited, and how many are crisis or emergency words. `{code}` stands
    for its code."""
    if len(ages) == 1:
        return ONE
    what = (
        f"{len(ages)} messages wait for a nurse, the oldest {_age(max(ages))}{f', {urgent} urgent' if urgent else ''}."
    )
    them = "them" if len(ages) <= MOST_TAKEN else f"the first {MOST_TAKEN}"
    return f"Handrail: {what} Reply {{code}} to take {them}, then open the desk."


def taken(minutes: Sequence[int], *, refused: int, left: int) -> str:
    """What came of an answer: for how many minutes each item is hers now, how many are somebody else's or closed, and
    how many her answer did not take."""
    if not minutes:
        them, they = ("it", "it is") if refused == 1 else ("them", "they are")
        return NOT_YOURS.format(them=them, they=they)
    one = len(minutes) == 1
    hers = "It is yours" if one and not refused and not left else f"{len(minutes)} {'is' if one else 'are'} yours"
    others = f" Somebody else has the {'other' if refused == 1 else 'others'}." if refused else ""
    more = f" {left} more {'waits' if left == 1 else 'wait'}." if left else ""
    return f"{hers} for {_lease(minutes)}.{others}{more} Open the desk to read and answer {'it' if one else 'them'}."


def _lease(minutes: Sequence[int]) -> str:
    shortest, longest = min(minutes), max(minutes)
    if shortest == longest:
        return f"{longest} minutes"
    return f"{longest} minutes, the urgent for {shortest}"


def _age(waited: timedelta) -> str:
    minutes = int(waited.total_seconds() // 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
