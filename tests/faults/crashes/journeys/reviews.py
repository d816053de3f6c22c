"""A nurse looks at how texts were read: the daily sample, a mark in the record, a proposal."""

from sqlalchemy import select

from app import db
from app.models.reviews import Proposal, Sampled
from app.rehearsal.evidence import Evidence
from escalation_desk import sampling
from tests.faults.crashes import cast
from tests.faults.crashes.journeys.journey import Journey
from tests.faults.crashes.practice import Practice
from tests.faults.crashes.world import Notes

ROUTINE, NOT_UNDERSTOOD = "thanks", "blorp ziyxzz"


def _wrote_yesterday(practice: Practice) -> Notes:
    for body in (ROUTINE, NOT_UNDERSTOOD):
        practice.texts(cast.ANAS, body)
        practice.until_quiet()
    practice.clock.passes(days=1)
    with db.transaction("tests.nell") as session:
        return {"nell": cast._sign_in(session, "nell", "nurse")}


def _reviews(practice: Practice) -> None:
    sampling.draw_due()
    nell = practice.desk("nell")
    for page in ("", "/groups/1", "/sample"):
        nell.opens(f"/lists{page}")
    nell.presses("/lists", wanted="my knee")
    for sampled in _ids(Sampled):
        nell.presses(f"/lists/sample/{sampled}", verdict="right")
    nell.presses("/lists/marks", exchange=2, patient=practice.notes["ana"])
    nell.opens("/lists/proposals")
    for proposal in _ids(Proposal):
        nell.presses(f"/lists/proposals/{proposal}", state="taken", entry="blorp", kind="symptom")


def _ids(table: type[Sampled] | type[Proposal]) -> list[int]:
    with db.reading("tests.ids") as session:
        return list(session.scalars(select(table.id)))


def _once(evidence: Evidence, _: Notes) -> list[str]:
    judged = [(row.exchange_id, row.verdict) for row in evidence.rows(Sampled)]
    decided = [(row.exchange_id, row.state) for row in evidence.rows(Proposal)]
    times = [evidence.counted(kind, "exchange")[exchange] for kind, exchange in
             (("sample_judged", 1), ("proposed_for_lists", 2))]  # fmt: skip
    if (judged, decided, times) == ([(1, "right")], [(2, "taken")], [1, 1]):
        return []
    return [f"sample {judged}, proposals {decided}, told {times} times"]


REVIEWS = (Journey("reviews", _reviews, _once, _wrote_yesterday, again=_reviews, pairs=False),)
