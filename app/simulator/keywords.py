"""The words a carrier acts on by itself, and what it answers in its own name.

A word counts only as the whole message, in any case. What carriers make of punctuation is undocumented:
"Stop." is no keyword here.
"""

STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"})
START = frozenset({"START", "UNSTOP", "YES"})
HELP = frozenset({"HELP", "INFO"})

STOPPED = "You are unsubscribed and will get no more messages from this number. Reply START to resubscribe."
STARTED = "You are resubscribed to messages from this number. Reply HELP for help, STOP to unsubscribe."
HELPED = "Reply STOP to unsubscribe. Message and data rates may apply."


def meaning(body: str) -> str | None:
    """Which of stop, start or help the message is, if the whole of it is one of the carrier's words."""
    word = body.strip().upper()
    for name, words in (("stop", STOP), ("start", START), ("help", HELP)):
        if word in words:
            return name
    return None
