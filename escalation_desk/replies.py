"""The practice's own replies: kept as data in both languages, checked when a manager writes them (issue 6, point 2)."""

import string
from collections.abc import Iterator, Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import db, timeline
from escalation_desk.handling import LONGEST_TEXT
from escalation_desk.holding import Refused
from escalation_desk.models import ReplyTemplate

LONGEST_TITLE = 60
LANGUAGES = {"en": "English", "es": "Spanish"}
FACTS: Mapping[str, str] = {
    "first_name": "how the patient is called",
    "practice": "the practice’s name",
    "phone": "its telephone",
    "weekday": "the visit’s day of the week",
    "date": "its day and month",
    "time": "its hour",
    "location": "its place",
}
"""What a reply may name in braces, and what that is. Nothing about health, and no clinician (P11)."""


def written(session: Session) -> list[ReplyTemplate]:
    """Those in use, in the order of their titles."""
    query = select(ReplyTemplate).where(~ReplyTemplate.retired)
    return sorted(session.scalars(query), key=lambda each: (each.title.casefold(), each.id))


def write(session: Session, staff_id: int, title: str, words: Mapping[str, str], at: int | None, version: int) -> None:
    """Enter one, or change the one at `at` as it was at `version`; `words` by language. Raises Refused with what is
    missing; `at` of the refusal is the box."""
    title = " ".join(title.split())
    said = {language: words[language].strip() for language in LANGUAGES}
    for ask in _asks(title, said):
        raise ask
    values = {"title": title, "words_en": said["en"], "words_es": said["es"]}
    if at is None:
        session.add(ReplyTemplate(**values))
        session.flush()
    else:
        _change(session, at, version, **values)
    _tell(session, staff_id, "reply_template_written", title)


def retire(session: Session, staff_id: int, at: int, version: int) -> None:
    """It is offered no more. Raises Refused."""
    title = session.scalar(select(ReplyTemplate.title).where(ReplyTemplate.id == at)) or ""
    _change(session, at, version, retired=True)
    _tell(session, staff_id, "reply_template_retired", title)


def filled(words: str, facts: Mapping[str, str]) -> str | None:
    """The words with their facts; None when one of them is not known here, so that no gap is ever sent."""
    return words.format_map(facts) if named(words) <= facts.keys() else None


def named(words: str) -> set[str]:
    """Which facts stand in braces. Raises ValueError when a brace stands alone."""
    parts = list(string.Formatter().parse(words))
    if any(spec or conversion for _, _, spec, conversion in parts):
        raise ValueError("more than a name stands in braces")
    return {name for _, name, _, _ in parts if name is not None}


def _asks(title: str, said: Mapping[str, str]) -> Iterator[Refused]:
    if not title:
        yield Refused("Please give it a title, by which colleagues find it.", "title")
    if len(title) > LONGEST_TITLE:
        yield Refused(f"The title has {len(title)} characters; {LONGEST_TITLE} fit.", "title")
    for language, words in said.items():
        yield from _asks_of(f"words_{language}", LANGUAGES[language], words)
    if named(said["en"]) != named(said["es"]):
        yield Refused("Both languages must name the same facts in braces.", "words_es")


def _asks_of(box: str, language: str, words: str) -> Iterator[Refused]:
    if not words:
        yield Refused(f"Please write it in {language} too: who reads {language} gets it in no other language.", box)
    if len(words) > LONGEST_TEXT:
        yield Refused(f"The text has {len(words)} characters; {LONGEST_TEXT} fit.", box)
    try:
        unknown = sorted(named(words) - FACTS.keys())
    except ValueError:
        yield Refused("A brace stands alone. Facts are written like {first_name}.", box)
    else:
        if unknown:
            known = ", ".join("{" + name + "}" for name in FACTS)
            yield Refused(f"There is no fact “{unknown[0]}”. You can use {known}.", box)


def _change(session: Session, at: int, version: int, **values: object) -> None:
    mine = (ReplyTemplate.id == at, ReplyTemplate.version == version, ~ReplyTemplate.retired)
    if not db.changed(session, update(ReplyTemplate).where(*mine).values(version=version + 1, **values)):
        raise Refused("Somebody else has changed it since you opened it. Please look again.")


def _tell(session: Session, staff_id: int, kind: str, title: str) -> None:
    timeline.append(session, timeline.of_staff(staff_id), kind, timeline.by_staff(staff_id), title=title)
