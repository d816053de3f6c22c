"""An item's timeline for a person: what was said and decided, small print of how things went, pages in one line."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app import speakers, timeline
from app.speakers import Speaker
from app.timeline import Happening
from app.web.minimum import readable
from app.web.names import names_in
from app.web.sentences import describe
from escalation_desk.models import DeskItem
from escalation_desk.views.people import Caller

SHOWN = 200
"""How many entries, pages apart: a night of them would leave room for nothing else."""

IN_BRIEF = frozenset({
    "delivery_delivered", "words_read", "put_on_desk", "text_read", "action_done", "claimed", "released",
})  # fmt: skip
"""Entries in small print: how things went, not what anybody said or decided."""

STEPS = frozenset({
    "text_accepted", "text_pending", "delivery_accepted", "delivery_sent",
    "dialog_step", "dialog_opened", "dialog_ended", "outreach_decided", "number_attached",
})  # fmt: skip
"""Entries that are shown when somebody asks for every step."""

PAGES = frozenset({"paged", "page_joined", "page_spared", "page_failed", "page_call_in_vain"})
"""Entries that come again and again until somebody takes the item: shown in one line, and each by itself among the
steps."""


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of the timeline: a sentence, and what was said. `weight`: "brief" for small print, "step" for what is
    shown on demand alone, "sum" for a line that stands for several of those, from `since` on."""

    at: datetime
    sentence: str
    words: str | None
    whose: str
    weight: str
    is_page: bool = False
    since: datetime | None = None


def of_item(session: Session, item: DeskItem, caller: Caller, role: str) -> list[Told]:
    """The number's stream, and that of the patient when it is certain who she is; newest first."""
    streams = [item.stream]
    if len(caller.patients) == 1 and item.contact_point_id is not None:
        streams.append(timeline.of_patient(caller.patients[0].id))
    happenings = readable(session, role, _read(session, streams))
    names = names_in(session, happenings)
    if len(caller.patients) == 1:
        names["patient"] = caller.patients[0].first_name
    said = speakers.of_numbers(session, [item.contact_point_id] if item.contact_point_id and caller.shared else [])
    return list(pages_in_one([_entry(each, names, said.get(each.details.get("exchange", 0)))
                              for each in reversed(happenings)]))  # fmt: skip


def pages_in_one(told: Sequence[Told]) -> Iterator[Told]:
    """The same entries, with one line before each run of pages in which nothing else was said or decided."""
    at = 0
    while at < len(told):
        run = _run(told, at)
        pages = [entry for entry in run if entry.is_page]
        if len(pages) > 1:
            yield _summed(pages)
            yield from (replace(entry, weight="step") for entry in run)
        else:
            run = told[at : at + 1]
            yield from run
        at += len(run)


def _run(told: Sequence[Told], at: int) -> Sequence[Told]:
    """From a page on, as far as pages reach; steps between them are not seen."""
    end = at
    for place in range(at, len(told)):
        if told[place].is_page:
            end = place + 1
        elif told[place].weight != "step" or place == at:
            break
    return told[at:end]


def _summed(pages: Sequence[Told]) -> Told:
    """Newest first, as they stand; in the line the first is named first."""
    counted = Counter(entry.sentence for entry in reversed(pages))
    sentence = "; ".join(f"{each} ({many} times)" if many > 1 else each for each, many in counted.items())
    return Told(pages[0].at, sentence, None, "agent", "sum", since=pages[-1].at)


def _read(session: Session, streams: Sequence[str]) -> list[Happening]:
    newest = timeline.read(session, streams, SHOWN)
    pages = [happening for happening in newest if happening.kind in PAGES]
    if len(newest) < SHOWN or not pages:
        return newest
    rest = timeline.read(session, streams, SHOWN, without=PAGES)
    return sorted([*rest, *pages], key=lambda happening: (happening.at, happening.stream, happening.position))


def _entry(happening: Happening, names: dict[str, str], speaker: Speaker | None) -> Told:
    whose = happening.actor.partition(":")[0]
    weight = "step" if happening.kind in STEPS else "brief" if happening.kind in IN_BRIEF else ""
    sentence = describe(happening, names | ({"patient": speaker.first_name} if speaker else {}))
    return Told(happening.at, sentence, happening.words, whose, weight, is_page=happening.kind in PAGES)
