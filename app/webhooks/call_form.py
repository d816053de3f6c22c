"""The strict shape of what Twilio sends of a call, looked at once the signature holds (HAZARDS F7; TWILIO 5)."""

import re
from datetime import datetime

from werkzeug.datastructures import MultiDict

from app.calls.hearing import UNANSWERED, CallReport, Turn
from app.numbers import BadNumber, as_sender
from app.settings import Settings
from app.webhooks.form import TOKEN, BadForm, expect_account, one, one_or, shaped
from app.words import clean

CALL_SID = re.compile(r"CA[0-9a-f]{32}")
TURN = re.compile(r"[0-9]{1,4}")
STATUS = re.compile(r"[a-z-]{1,20}")
SECONDS = re.compile(r"[0-9]{1,6}")
KEYS = re.compile(r"[0-9#*wA-D]{0,64}")
CALLER = re.compile(r"[\x20-\x7e]{0,100}")
ANSWERED_BY = re.compile(r"[a-z_]{1,20}")
BY_US = "outbound-api"
LONGEST_HEARD = 6400
NOBODYS = frozenset({"+266696687", "+86282452253", "+7378742833", "+2562533", "+8566696"})
"""What some carriers put where no number is shown: ANONYMOUS and the like, spelled on a telephone's keys."""


def call_turn(
    form: "MultiDict[str, str]", settings: Settings, address: str, received_at: datetime, token: str = "",
    *, staff: bool = False,
) -> Turn:  # fmt: skip
    """One turn of a call from its form and, from our own address, the number of the turn, the token of a call that
    we make, and whether it goes to staff; it is known by whom it goes to then. Raises BadForm for what is no
    call of ours; what a caller may do, and whatever recognition makes of it, is taken as it comes."""
    expect_account(form, settings)
    we_called = form.get("Direction") == BY_US and one_or(form, "From", "") in settings.numbers
    ours = one(form, "From" if we_called else "To")
    if ours not in settings.numbers:
        raise BadForm("To is not a number of ours")
    if token and not TOKEN.fullmatch(token):
        raise BadForm("the address carries no token of ours")
    if not TURN.fullmatch(address):
        raise BadForm("the address carries no turn of ours")
    sid = shaped(form, "CallSid", CALL_SID)
    number, withheld = caller(form, sid, "To" if we_called else "From")
    heard = clean(one_or(form, "SpeechResult", "").strip()[:LONGEST_HEARD])
    dialled = one_or(form, "DialCallStatus", "")
    recorded = bool(one_or(form, "RecordingUrl", "")) and not dialled
    keys = "" if recorded else one_or(form, "Digits", "")  # the key that ended it, or `hangup`
    if not KEYS.fullmatch(keys):
        raise BadForm("Digits are not keys")
    return Turn(
        sid=sid, number=int(address), from_number=number, to_number=ours, withheld=withheld,
        keys="" if heard.words else keys, words=heard.words, raw=heard.raw, sure=_sure(form),
        dialled=dialled, answered=bool(dialled) and dialled not in UNANSWERED and _bridged(form),
        trouble="ErrorCode" in form, recorded=recorded, ours=we_called, token=token if we_called else "",
        answered_by=_answered_by(form), received_at=received_at, seconds=_seconds(form, "DialCallDuration"),
        staff=staff and we_called,
    )  # fmt: skip


def call_report(form: "MultiDict[str, str]", settings: Settings, token: str = "") -> CallReport:
    """What became of a call, `token` being that of a call of ours, from our own address. Raises BadForm."""
    expect_account(form, settings)
    sid = shaped(form, "CallSid", CALL_SID)
    parent = one_or(form, "ParentCallSid", "")
    if parent and not CALL_SID.fullmatch(parent):
        raise BadForm("ParentCallSid does not look like one")
    if token and not TOKEN.fullmatch(token):
        raise BadForm("the address carries no token of ours")
    number, withheld = caller(form, sid)
    return CallReport(
        sid=sid, parent=parent, status=shaped(form, "CallStatus", STATUS), from_number=number,
        to_number=one_or(form, "To", ""), withheld=withheld, token=token, answered_by=_answered_by(form),
        seconds=_seconds(form, "CallDuration"),
    )  # fmt: skip


def recording_of(form: "MultiDict[str, str]", settings: Settings) -> str:
    """The call of which the carrier says that a recording is ready, or that there is none. Raises BadForm."""
    expect_account(form, settings)
    shaped(form, "RecordingStatus", STATUS)
    return shaped(form, "CallSid", CALL_SID)


def caller(form: "MultiDict[str, str]", sid: str, field: str = "From") -> tuple[str, bool]:
    """The number that is shown (or that we called), or a name of this call's own for whoever shows none: two of them
    are two people."""
    shown = one_or(form, field, "")
    try:
        number = as_sender(shown)
    except BadNumber:
        number = ""
    if number and number not in NOBODYS:
        return number, False
    if not CALLER.fullmatch(shown):
        raise BadForm("From is not a caller")
    return f"anonymous {sid[-6:]}", True


def _answered_by(form: "MultiDict[str, str]") -> str:
    """What the carrier took it for; a word that is none of its own counts as unknown, which is told nothing."""
    word = one_or(form, "AnsweredBy", "")
    return word if not word or ANSWERED_BY.fullmatch(word) else "unknown"


def _seconds(form: "MultiDict[str, str]", name: str) -> int | None:
    """How long, if the carrier says it: on what was answered alone (TWILIO 5.4)."""
    said = one_or(form, name, "")
    return int(said) if SECONDS.fullmatch(said) else None


def _sure(form: "MultiDict[str, str]") -> float | None:
    """How sure the carrier is of the words; it may say nothing (TWILIO 5.3)."""
    try:
        sure = float(one_or(form, "Confidence", ""))
    except ValueError:
        return None
    return sure if 0 <= sure <= 1 else None


def _bridged(form: "MultiDict[str, str]") -> bool:
    return one_or(form, "DialBridged", "true") != "false"
