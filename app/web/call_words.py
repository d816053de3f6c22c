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
    "outgoing_queued": "{who} is about to call",
    "outgoing_accepted": "The carrier took the call",
    "outgoing_again": "The carrier did not take the call yet; it is tried again",
    "outgoing_ringing": "The telephone rings",
    "outgoing_answered": "The call was answered",
    "outgoing_completed": "The call was over",
    "outgoing_busy": "The line was busy",
    "outgoing_no_answer": "Nobody answered the call",
    "outgoing_failed": "The call could not be made{error}",
    "outgoing_canceled": "The call was taken back before anybody answered",
    "outgoing_unknown": "It is not known whether the call was made; it is not made twice",
    "outgoing_found": "It is known now that the call was made",
    "outgoing_withheld": "A call was not made{because}",
    "outgoing_came_of": "{came}",
    "call_through_asked": "{who} asked to be put through to the patient",
    "call_through_rang": "The patient was rung, and shown the practice’s number",
    "call_through_answered": "Somebody, or a voicemail, took the call",
    "call_through_ended": "{ended}",
    "call_through_in_vain": "The patient was not rung: {in_vain}",
    "call_through_result": "{who} said how the call went: {result}",
    "nurse_ring_rang": "{owner} was rung while the caller waited on the line",
    "nurse_ring_taken": "{owner} took the call",
    "nurse_ring_over": "{owner} and the caller talked{length}",
    "nurse_ring_in_vain": "{owner} was rung and did not take the call",
    "nurse_on_line_chosen": "{who} chose that a nurse is rung while somebody who speaks of health waits on the line",
    "nurse_on_line_ended": "{who} chose that nobody is rung while somebody who speaks of health waits on the line",
    "messages_chosen": "{who} chose that callers whom nobody answers may leave a message",
    "messages_ended": "{who} chose that callers leave no messages",
    "messages_kept_chosen": "{who} chose that the sound of messages is kept for {days}",
    "message_fetched": "A message was left{length}; it is kept here, and nobody has listened to it yet",
    "message_removed": "The message was removed at the carrier, and a second look showed that it is gone",
    "message_not_left": "The caller left no message",
    "message_heard": "{who} had the message played",
    "calls_in": "{who} recorded that our system may call this number",
    "calls_out": "Our system calls this number no more, as asked by {source}",
}
REASONS = {
    "said_on_call": "said on a call: nothing was changed, and nobody checked who was speaking",
    "said_on_call_by_patient": "said on a call, after the right birth date: nothing was changed",
    "identity_locked": "ten wrong birth dates were entered on calls, so callers are told nothing any more: "
    "please ask the patient",
    "call_owed": "asked for a call back: please call",
    "call_nobody": "wanted a person and nobody answered: please call back",
    "message_left": "left a message on a call, which no machine has read: please listen to it",
    "message_not_fetched": "was asked to leave a message on a call, and it cannot be fetched: please call back",
    "message_not_removed": "a message that was fetched is still at the carrier: ask the practice’s technician",
    "call_abandoned": "hung up before anybody had the call: please call back",
    "call_missed": "called, and nobody spoke with the patient: please call back",
    "call_unknown": "it is not known whether our system reached the patient by telephone: please call",
    "no_call_consent": "the number is not to be called by our system",
    "call_withheld_opted_out": "a call was not made: the number asked for no more texts",
    "call_withheld_too_late": "a call was not made: it was too late for it",
    "call_withheld_hushed": "a call was not made while a nurse has the patient’s words",
    "call_withheld_could_not_be_asked": "a call was not made: it could not be worked out",
    "call_in_outage": "called while the record was away: please call back",
}
CALLED = {
    "called": "{who} called us",
    "recorded": "{who} left a message after the tone",
    "reached": "A call of ours was answered",
    "said": "{who} said on a call, as the carrier heard it",
    "pressed": "{who} pressed the key{key} on a call",
    "silent": "Nothing was heard on the call",
    "answered": "Somebody at the practice had the call",
    "unanswered": "Nobody at the practice took the call",
    "trouble": "The carrier could not use our answer to the call",
}
CAME_OF = {
    "talk": "Somebody answered our call and was talked with",
    "voicemail": "A machine answered our call and heard our name and number, nothing else",
    "hung_up": "Somebody answered our call and hung up before an answer; the patient is asked otherwise",
    "not_reached": "Our call reached nobody",
    "taken": "A nurse took on the call what she was paged for",
    "not_taken": "A nurse was called for what waits and did not take it",
    "put_through": "A nurse was put through to a patient",
    "unknown": "The carrier does not know what became of our call; a person has it",
}
RESULTS = {"reached": "spoke with the patient", "voicemail": "a voicemail", "nobody": "nobody"}
"""How a nurse's call went, as she says."""
ENDED = {
    "completed": "The call with the patient’s telephone was over",
    "busy": "The patient’s line was busy",
    "no_answer": "Nobody answered the patient’s telephone",
    "failed": "The patient’s telephone could not be reached",
    "canceled": "The caller hung up before the patient’s telephone was answered",
}
IN_VAIN = {
    "not_reached": "the caller’s own telephone was not answered",
    "voicemail": "a machine took the call at the caller’s own telephone",
    "not_taken": "the key that asks for it was not pressed",
    "not_made": "the call was not made",
    "unknown": "it is not known whether the caller’s telephone rang",
}
THEN = {"connecting": ", and rang the practice", "to_nurse": ", and rang a nurse", "over": ", and hung up"}


def called(happening: Happening, who: str) -> str:
    """What was heard on a call."""
    sentence = CALLED.get(str(happening.details.get("how")), "Something was heard on a call")
    key = happening.details.get("key")
    return sentence.format(who=who, key=f" {key}" if key else "s")


def came(happening: Happening, _names: Mapping[str, str]) -> str:
    """What came of a call of ours."""
    return CAME_OF.get(str(happening.details.get("came")), "Our call was over")


def ended(happening: Happening, _names: Mapping[str, str]) -> str:
    """How the patient's side of a nurse's call ended, and after how long."""
    sentence = ENDED.get(str(happening.details.get("dialled")), "The call with the patient was over")
    after = _length(happening)
    return f"{sentence}, after {after}" if after else sentence


def length(happening: Happening, _names: Mapping[str, str]) -> str:
    """How long two talked, if that is known."""
    lasted = _length(happening)
    return f" for {lasted}" if lasted else ""


def days(happening: Happening, _names: Mapping[str, str]) -> str:
    """How many days were chosen."""
    number = happening.details.get("days")
    return f"{number} days" if number else "as long as the record says"


def _length(happening: Happening) -> str:
    seconds = happening.details.get("seconds")
    if not isinstance(seconds, int):
        return ""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def then(happening: Happening, _names: Mapping[str, str]) -> str:
    """What followed what we said."""
    return THEN.get(str(happening.details.get("then")), "")
