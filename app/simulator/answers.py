"""What the practice's answer to an inbound text asks the carrier to send."""

from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

from app.simulator.webhook import LARGEST_ANSWER, Answer

XML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})


class BadAnswer(Exception):
    """The carrier could not use the answer; code is its error code."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Reply:
    body: str
    media: tuple[str, ...]
    to: str | None
    sender: str | None
    status_callback: str | None


def replies(answer: Answer, url: str) -> list[Reply]:
    """The `<Message>` verbs in order. Raises BadAnswer as the carrier would log it."""
    if not 200 <= answer.status < 300:
        raise BadAnswer(11200, f"The practice's system answered with an error ({answer.status}).")
    if answer.status == 204:
        return []
    if len(answer.body) > LARGEST_ANSWER:
        raise BadAnswer(11750, "The practice's system answered with more than 64 kB.")
    content_type = answer.content_type.partition(";")[0].strip().lower()
    if content_type == "text/plain":
        return _plain(answer)
    if content_type not in XML_TYPES:
        raise BadAnswer(12300, "The practice's system answered with something that is not TwiML.")
    try:
        root = ET.fromstring(answer.body)  # noqa: S314 the practice's own answer, at most 64 kB
    except ET.ParseError:
        raise BadAnswer(12100, "The practice's system answered with broken TwiML.") from None
    if root.tag != "Response" or any(verb.tag != "Message" for verb in root):
        raise BadAnswer(12200, "The practice's system answered with TwiML that the stand-in does not know.")
    return [_reply(verb, url) for verb in root]


def _plain(answer: Answer) -> list[Reply]:
    """Words that are no TwiML are texted as they are: an error page in plain text would reach the patient."""
    body = answer.body.decode("utf-8", "replace").strip()
    return [Reply(body, (), None, None, None)] if body else []


def _reply(verb: ET.Element, url: str) -> Reply:
    bodies = [verb.text or "", *(part.text or "" for part in verb.findall("Body"))]
    callback = verb.get("statusCallback") or verb.get("action")
    return Reply(
        body="".join(bodies).strip(),
        media=tuple(part.text or "" for part in verb.findall("Media")),
        to=verb.get("to"),
        sender=verb.get("from"),
        status_callback=urljoin(url, callback) if callback else None,
    )
