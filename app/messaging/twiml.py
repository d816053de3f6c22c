"""What we answer a webhook with; of a call only what makes sense can be built (TWILIO 5, 7b).

An answer to a call is words, and then exactly one thing: listen, connect, or hang up. Nothing can stand behind it,
where the carrier would never come to it; every address is whole; every wait calls back, silence too.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from twilio.twiml.messaging_response import MessagingResponse

CONTENT_TYPE = "text/xml; charset=utf-8"
LARGEST = 64 * 1024
LONGEST_SAID = 4096
LONGEST_RECORDING = 300
MOST_HINTS, LONGEST_HINT = 500, 100
VOICES = {"en": ("Polly.Joanna-Neural", "en-US"), "es": ("Polly.Lupe-Neural", "es-US")}
"""A voice and a language that do not belong together say nothing at all."""
PACE = "90%"
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HINT = re.compile(rf"[^,\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]{{1,{LONGEST_HINT}}}")
DIALLED = re.compile(r"\+[1-9]\d{6,14}")

Language = Literal["en", "es"]


class Nonsense(ValueError):
    """The carrier would not understand this, or not as it was meant."""


@dataclass(frozen=True, slots=True)
class Say:
    """Words aloud, slowly, in one language."""

    words: str
    language: Language

    def __post_init__(self) -> None:
        if not 1 <= len(self.words.strip()) <= LONGEST_SAID:
            raise Nonsense(f"between 1 and {LONGEST_SAID} letters can be said at once")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Say something, and hear a key or words; `action` is asked with either, or with silence after `seconds`.

    keys: how many end the wait; 1 takes # and * for keys. hints: what is likely said. by_keys: no words are heard.
    """

    action: str
    says: Sequence[Say]
    language: Language
    keys: int = 1
    hints: Sequence[str] = ()
    seconds: int = 6
    by_keys: bool = False

    def __post_init__(self) -> None:
        _expect_whole(self.action)
        if not self.says:
            raise Nonsense("somebody who is listened to must hear what for")
        if not (1 <= self.keys <= 20 and 1 <= self.seconds <= 60):
            raise Nonsense("1 to 20 keys, within 1 to 60 seconds")
        if len(self.hints) > MOST_HINTS or any(
            not 1 <= len(each) <= LONGEST_HINT or "," in each for each in self.hints
        ):
            raise Nonsense(f"at most {MOST_HINTS} hints of at most {LONGEST_HINT} letters, without commas")


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """Ring `number` for `seconds`; `action` is asked how it went, `reports` is told when somebody takes the call and,
    `to_the_end`, when that one is over. caller: which number of ours is shown; None: the caller's own. whisper: asked
    what that somebody is told, and may do, before the two are connected."""

    number: str
    action: str
    reports: str = ""
    caller: str | None = None
    seconds: int = 25
    to_the_end: bool = False
    whisper: str = ""

    def __post_init__(self) -> None:
        _expect_whole(self.action)
        if bool(self.reports) == bool(self.whisper):
            raise Nonsense("who took a call is reported, or that one says so")
        _expect_whole(self.reports or self.whisper)
        if not all(DIALLED.fullmatch(each) for each in (self.number, self.caller or self.number)):
            raise Nonsense("numbers are dialled as +15551234567")
        if not 5 <= self.seconds <= 600:
            raise Nonsense("a telephone rings for 5 to 600 seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Record what the caller says, after a tone, for at most `seconds`, until # or a silence. `action` is asked then;
    `reports` is told when the recording can be fetched, or that there is none."""

    action: str
    reports: str
    seconds: int = 120

    def __post_init__(self) -> None:
        _expect_whole(self.action)
        _expect_whole(self.reports)
        if not 2 <= self.seconds <= LONGEST_RECORDING:
            raise Nonsense(f"a recording has 2 to {LONGEST_RECORDING} seconds")


@dataclass(frozen=True, slots=True)
class HangUp:
    """The call is over."""


@dataclass(frozen=True, slots=True)
class Join:
    """Nothing more: whoever hears this whisper is connected with whoever waits."""


Then = Listen | Connect | Record | HangUp | Join


@cache
def nothing() -> str:
    """`<Response/>`: taken in; what there is to say goes through the outbox."""
    return str(MessagingResponse())


def text(body: str) -> str:
    """Answer by the webhook itself, for when the outbox cannot be reached (DESIGN 8)."""
    response = MessagingResponse()
    response.message(body)
    return str(response)


def words(answered: str) -> str:
    """What such an answer says to whoever texted; empty when it says nothing."""
    return ET.fromstring(answered).findtext("Message", "")  # noqa: S314  (we wrote it)


def call(says: Sequence[Say], then: Then) -> str:
    """The answer to one turn of a call. Raises Nonsense when it is longer than the carrier reads."""
    response = ET.Element("Response")
    for each in says:
        _say(response, each)
    _then(response, then)
    written = '<?xml version="1.0" encoding="UTF-8"?>' + ET.tostring(response, encoding="unicode")
    if len(written.encode()) > LARGEST:
        raise Nonsense(f"an answer has at most {LARGEST} bytes")
    return written


def _then(response: ET.Element, then: Then) -> None:
    match then:
        case Listen():
            _listen(response, then)
        case Connect():
            _connect(response, then)
        case Record():
            ET.SubElement(response, "Record", {
                "action": then.action, "method": "POST", "maxLength": str(then.seconds), "timeout": "5",
                "finishOnKey": "#", "playBeep": "true", "recordingStatusCallback": then.reports,
                "recordingStatusCallbackEvent": "completed absent",
            })  # fmt: skip
        case HangUp():
            ET.SubElement(response, "Hangup")
        case Join():
            pass


def _connect(response: ET.Element, connect: Connect) -> None:
    dial = ET.SubElement(response, "Dial", action=connect.action, method="POST", timeout=str(connect.seconds))
    if connect.caller is not None:
        dial.set("callerId", connect.caller)
    number = ET.SubElement(dial, "Number")
    number.text = connect.number
    if connect.whisper:
        dial.set("answerOnBridge", "true")
        number.attrib.update({"url": connect.whisper, "method": "POST"})
    else:
        events = "answered completed" if connect.to_the_end else "answered"
        number.attrib.update({"statusCallback": connect.reports, "statusCallbackEvent": events})


def _listen(response: ET.Element, listen: Listen) -> None:
    gather = ET.SubElement(response, "Gather", {
        "input": "dtmf" if listen.by_keys else "dtmf speech",
        "action": listen.action, "method": "POST", "actionOnEmptyResult": "true",
        "timeout": str(listen.seconds), "numDigits": str(listen.keys), "finishOnKey": "" if listen.keys == 1 else "#",
        "language": VOICES[listen.language][1],
    })  # fmt: skip
    if not listen.by_keys:
        gather.set("speechTimeout", "2")
        if listen.hints:
            gather.set("hints", ",".join(listen.hints))
    for each in listen.says:
        _say(gather, each)


def _say(parent: ET.Element, say: Say) -> None:
    voice, language = VOICES[say.language]
    said = ET.SubElement(parent, "Say", {"voice": voice, "language": language})
    ET.SubElement(said, "prosody", {"rate": PACE}).text = NOT_XML.sub(" ", say.words)


def _expect_whole(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.fragment:
        raise Nonsense("an address has its scheme and host")
