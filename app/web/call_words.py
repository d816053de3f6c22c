"""What happens on a telephone call, worded for staff."""

from collections.abc import Mapping

from app.timeline import Happening

SENTENCES = {
    "call_heard": "{called}",
    "call_answered": "{who} said on the call{then}",
    "identity_checked": "The right birth date was entered on a call",
    "identity_refused": "A wrong birth date was entered on a call",
    "call_connected": "Somebody at the practice took the call",
    "call_ended": "The call was over",
}
REASONS = {
    "said_on_call": "said on a call: nothing was changed, and nobody checked who was speaking",
    "identity_locked": "ten wrong birth dates were entered on calls, so callers are told nothing any more: "
    "please ask the patient",
    "call_owed": "asked for a call back: please call",
    "call_nobody": "wanted a person and nobody answered: please call back",
    "call_abandoned": "hung up before anybody had the call: please call back",
    "call_missed": "called, and our system never answered: please call back",
    "call_in_outage": "called while the record was away: please call back",
}
CALLED = {
    "called": "{who} called us",
    "said": "{who} said on a call, as the carrier heard it",
    "pressed": "{who} pressed the key{key} on a call",
    "silent": "Nothing was heard on the call",
    "answered": "Somebody at the practice had the call",
    "unanswered": "Nobody at the practice took the call",
    "trouble": "The carrier could not use our answer to the call",
}
THEN = {"connecting": ", and rang the practice", "over": ", and hung up"}


def called(happening: Happening, who: str) -> str:
    """What was heard on a call."""
    sentence = CALLED.get(str(happening.details.get("how")), "Something was heard on a call")
    key = happening.details.get("key")
    return sentence.format(who=who, key=f" {key}" if key else "s")


def then(happening: Happening, _names: Mapping[str, str]) -> str:
    """What followed what we said."""
    return THEN.get(str(happening.details.get("then")), "")
