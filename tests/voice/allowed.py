"""What the carrier allows in an answer to a call, read off its own client, and a look whether an answer keeps to it.

The client writes anything one asks for (TWILIO 6.3), so its classes are asked what may stand where: each method that
nests an element names the child, its signature the attributes (TWILIO 7b). Values come from TWILIO 5.3 and 5.4.
"""

import inspect
import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from twilio.twiml import TwiML, lower_camel, voice_response

LARGEST = 64 * 1024
CONTENT = {"self", "kwargs", "message", "words", "number", "phone_number", "url"}
"""Parameters that are the element's own words, but for `url` where it is an attribute."""
VALUES = {
    ("Gather", "input"): r"dtmf|speech|dtmf speech",
    ("Gather", "timeout"): r"\d{1,2}",
    ("Gather", "speechTimeout"): r"\d{1,2}|auto",
    ("Gather", "numDigits"): r"\d{1,2}",
    ("Gather", "finishOnKey"): r"[0-9#*]?",
    ("Gather", "actionOnEmptyResult"): r"true|false",
    ("Gather", "language"): r"en-US|es-US",
    ("Say", "voice"): r"Polly\.(Joanna|Lupe)-Neural",
    ("Say", "language"): r"en-US|es-US",
    ("Dial", "timeout"): r"\d{1,3}",
    ("Dial", "callerId"): r"\+\d{7,15}",
    ("Number", "statusCallbackEvent"): r"((initiated|ringing|answered|completed) ?)+",
    ("Record", "timeout"): r"\d{1,2}",
    ("Record", "maxLength"): r"\d{1,4}",
    ("Record", "finishOnKey"): r"[0-9#*]*",
    ("Record", "playBeep"): r"true|false",
    ("Record", "recordingStatusCallbackEvent"): r"((in-progress|completed|absent) ?)+",
    ("prosody", "rate"): r"\d{1,3}%",
}
ADDRESSES = {"action", "statusCallback", "recordingStatusCallback", "url"}
LAST = {"Dial", "Gather", "Hangup", "Redirect", "Record", "Leave", "Reject"}
"""Behind these the carrier comes to nothing: they end, go elsewhere, or always ask their action."""


def faults(answer: str) -> Iterator[str]:
    """What the carrier would refuse, or silently take for something else."""
    if len(answer.encode()) > LARGEST:
        yield "longer than 64 kB"
    root = ET.fromstring(answer)  # noqa: S314  (our own words)
    if root.tag != "Response":
        yield f"{root.tag} is no answer"
    yield from _element(root, "VoiceResponse")
    verbs = [verb.tag for verb in root]
    yield from (f"{tag} stands before {verbs[-1]} and ends the call there" for tag in verbs[:-1] if tag in LAST)
    for verb in root.iter("Gather"):
        if verb.get("actionOnEmptyResult") != "true":
            yield "silence would fall through"


def _element(element: ET.Element, kind: str) -> Iterator[str]:
    yield from _attributes(element, kind)
    if element.tag == "Say" and len("".join(element.itertext())) > 4096:
        yield "more is said than the carrier reads"
    if element.tag in ("Gather", "Dial", "Record") and "action" not in element.attrib:
        yield f"{element.tag} has no action"
    children = children_of(kind)
    for child in element:
        if child.tag not in children:
            yield f"{child.tag} may not stand in {element.tag}"
        else:
            yield from _element(child, children[child.tag])


def _attributes(element: ET.Element, kind: str) -> Iterator[str]:
    attributes = attributes_of(kind, element.tag)
    for name, value in element.attrib.items():
        if name not in attributes:
            yield f"{element.tag} knows no {name}"
        pattern = VALUES.get((element.tag, name))
        if pattern is not None and not re.fullmatch(pattern, value):
            yield f"{element.tag} {name} may not be {value!r}"
        if name in ADDRESSES and not (urlsplit(value).scheme and urlsplit(value).netloc):
            yield f"{element.tag} {name} is not a whole address"


@cache
def children_of(kind: str) -> dict[str, str]:
    """What may stand in an element: its name in the answer, and the client's class for it."""
    owner = getattr(voice_response, kind)
    found = {}
    for name, method in inspect.getmembers(owner, inspect.isfunction):
        if name.startswith("_") or name in TwiML.__dict__:
            continue
        made = re.search(r"return self\.nest\(\s*(\w+)\(", inspect.getsource(method))
        if made:
            found[_tag(made[1])] = made[1]
    return found


def _tag(kind: str) -> str:
    named = re.search(r'self\.name = "([^"]+)"', inspect.getsource(getattr(voice_response, kind)))
    assert named, kind
    return named[1]


@cache
def attributes_of(kind: str, tag: str) -> frozenset[str]:
    """The attributes that any way of nesting this element offers."""
    if kind == "VoiceResponse":
        return frozenset()
    nested = {
        name for owner in vars(voice_response).values() if inspect.isclass(owner)
        for method in vars(owner).values() if inspect.isfunction(method)
        and re.search(rf"return self\.nest\(\s*{kind}\(", inspect.getsource(method))
        for name in inspect.signature(method).parameters
    }  # fmt: skip
    own = nested - CONTENT | ({"url"} & nested if tag == "Number" else set())
    return frozenset(lower_camel(TwiML.MAP.get(name, name)) for name in own)
