"""A nurse keeps the record: who wrote a text, who may speak for a patient, what is right instead, and a copy."""

from collections.abc import Iterator

from sqlalchemy import select

from app import db
from app.models.conversations import Exchange
from app.models.proxies import Proxy
from app.rehearsal.evidence import Evidence
from tests.faults.crashes import cast
from tests.faults.crashes.journeys.journey import Journey
from tests.faults.crashes.practice import Practice
from tests.faults.crashes.world import Notes

SAM = {"name": "Sam López", "relation": "son", "phone": "", "may_hear": "visits"}
TOLD = {"speaker_told": 2, "proxy_noted": 1, "proxy_ended": 1, "corrected": 1}


def _ana_wrote(practice: Practice) -> Notes:
    practice.texts(cast.ANAS, "my knee hurts")
    practice.until_quiet()
    with db.reading("tests.wrote") as session:
        return {"text": session.scalars(select(Exchange.id)).one()}


def _keeps_the_record(practice: Practice) -> None:
    """Each thing is said twice when its answer was lost."""
    nora, ana = practice.desk("nora"), practice.notes["ana"]
    nora.presses(f"/texts/{practice.notes['text']}/speaker", patient=ana, record=ana)
    nora.presses(f"/patients/{ana}/proxies", **{**SAM, "name": ""})
    if not _proxies():
        nora.presses(f"/patients/{ana}/proxies", **SAM)
    nora.presses(f"/patients/{ana}/proxies/{_proxies()[0]}/end")
    nora.opens(f"/patients/{ana}/copy")
    nora.presses(f"/patients/{ana}/copy", kind="text", part="", whom="her insurance")
    nora.presses(f"/patients/{ana}/entries/patient/{ana}/1", right="She was born in May", form="the-form-of-a-word")


def _proxies() -> list[int]:
    with db.reading("tests.proxies") as session:
        return list(session.scalars(select(Proxy.id)))


def _told_once(evidence: Evidence, _: Notes) -> Iterator[str]:
    """Copies may be taken twice; each stands in the record then."""
    found = {kind: len(evidence.entries[kind]) for kind in TOLD}
    if found != TOLD:
        yield f"the record holds {found}"
    if len(evidence.entries["record_exported"]) < 2:
        yield "a copy left that nobody wrote down"


RECORDS = (Journey("keep-record", _keeps_the_record, _told_once, _ana_wrote, again=_keeps_the_record, pairs=False),)
