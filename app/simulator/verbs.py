"""The practice's answer to a call, verb by verb, as the carrier reads it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

from app.simulator.answers import XML_TYPES, BadAnswer
from app.simulator.calls import Wait
from app.simulator.webhook import LARGEST_ANSWER, Answer

USUAL_KEYS, USUAL_RING = 99, 30


@dataclass(frozen=True, slots=True)
class Words:
    """Said aloud."""

    words: str
    language: str


@dataclass(frozen=True, slots=True)
class Dialled:
    """Somebody else is rung for `seconds` and shown `caller` (None: whoever calls); whisper: asked what that somebody
    is told before the two are connected; status_url: told of these events of the second call."""

    number: str
    action: str | None
    status_url: str | None
    whisper: str | None
    caller: str | None
    events: tuple[str, ...]
    seconds: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Ask there instead."""

    url: str


Act = Words | Wait | Dialled | Elsewhere | Literal["hang_up"]


def verbs(answer: Answer, url: str) -> list[Act]:
    """What the practice wants, in order; what can never be reached is left out. Raises BadAnswer as the carrier logs
    it."""
    if not 200 <= answer.status < 300:
        raise BadAnswer(11200, f"The practice's system answered with an error ({answer.status}).")
    if len(answer.body) > LARGEST_ANSWER:
        raise BadAnswer(11750, "The practice's system answered with more than 64 kB.")
    if answer.content_type.partition(";")[0].strip().lower() not in XML_TYPES:
        raise BadAnswer(12300, "The practice's system answered with something that is not TwiML.")
    try:
        root = ET.fromstring(answer.body)  # noqa: S314 the practice's own answer, at most 64 kB
    except ET.ParseError:
        raise BadAnswer(12100, "The practice's system answered with broken TwiML.") from None
    if root.tag != "Response":
        raise BadAnswer(12100, "The practice's system answered with something that is not TwiML.")
    return [act for verb in root for act in _acts(verb, url)]


def _acts(verb: ET.Element, url: str) -> Iterator[Act]:
    match verb.tag:
        case "Say":
            yield Words(" ".join("".join(verb.itertext()).split()), verb.get("language", "en-US"))
        case "Pause":
            return
        case "Gather":
            for nested in verb:
                yield from _acts(nested, url)
            yield _gather(verb, url)
        case "Dial" | "Record" | "Redirect":
            yield LEADS_AWAY[verb.tag](verb, url)
        case "Hangup":
            yield "hang_up"
        case _:
            raise BadAnswer(
                12200, f"The practice's system answered with <{verb.tag}>, which the stand-in does not know."
            )


def _gather(verb: ET.Element, url: str) -> Wait:
    keys = verb.get("numDigits", "")
    return Wait(
        kind="gather",
        action=urljoin(url, verb.get("action", url)),
        takes=verb.get("input", "dtmf"),
        keys=int(keys) if keys.isdecimal() else USUAL_KEYS,
        ends_with=verb.get("finishOnKey", "#"),
        asks_on_silence=verb.get("actionOnEmptyResult") == "true",
        hints=verb.get("hints", ""),
    )


def _record(verb: ET.Element, url: str) -> Wait:
    reports = verb.get("recordingStatusCallback", "")
    return Wait(
        kind="record",
        action=urljoin(url, verb.get("action", url)),
        ends_with=verb.get("finishOnKey", "1234567890*#"),
        reports=urljoin(url, reports) if reports else "",
    )


def _dial(verb: ET.Element, url: str) -> Dialled:
    number = verb.find("Number")
    of = number.attrib if number is not None else {}
    seconds = verb.get("timeout", "")
    return Dialled(
        number=((number.text if number is not None else verb.text) or "").strip(),
        action=urljoin(url, verb.get("action", "")) if verb.get("action") else None,
        status_url=urljoin(url, of["statusCallback"]) if of.get("statusCallback") else None,
        whisper=urljoin(url, of["url"]) if of.get("url") else None,
        caller=verb.get("callerId"),
        events=tuple(of.get("statusCallbackEvent", "completed").split()),
        seconds=int(seconds) if seconds.isdecimal() else USUAL_RING,
    )


def _redirect(verb: ET.Element, url: str) -> Elsewhere:
    return Elsewhere(urljoin(url, (verb.text or "").strip()))


LEADS_AWAY: dict[str, Callable[[ET.Element, str], Act]] = {"Dial": _dial, "Record": _record, "Redirect": _redirect}
