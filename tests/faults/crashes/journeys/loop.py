"""The follow-up loop: captured at the visit, looked at when it is due, closed by what happens or by a person."""

from collections.abc import Iterator

from click.testing import CliRunner
from sqlalchemy import select, text, update

from app import clock, db
from app.cli.main import cli
from app.models.appointments import Appointment
from app.models.follow_ups import Encounter, FollowUp
from app.models.imports import Imported
from app.models.patients import ContactPoint, Patient
from app.rehearsal.evidence import Evidence
from tests.faults.crashes import cast
from tests.faults.crashes.journeys import held
from tests.faults.crashes.journeys.journey import Journey
from tests.faults.crashes.practice import Practice
from tests.faults.crashes.world import Notes

TOKENS = ("the-form-of-an-order", "the-form-of-a-visit", "the-form-of-a-referral")
NEED = {"many": "2", "unit": "days", "day": "", "owner": "front_desk", "note": "", "encounter": ""}


def _over(practice: Practice) -> Notes:
    """Ana's visit is over, and nobody has said a word about it."""
    visit = cast.book(practice, practice.notes["ana"])
    with db.transaction("tests.over") as session:
        session.execute(update(Appointment).values(starts_at=clock.now()))
    practice.clock.passes(minutes=1)
    return {"visit": visit}


def _loops(practice: Practice) -> None:
    """She was seen; an order, a visit and a referral must follow; the visit is booked, the referral closed, and the
    order tried; on its new day she is asked about it by text."""
    fran, ana, visit = practice.desk("fran"), practice.notes["ana"], practice.notes["visit"]
    fran.opens("/follow-ups")
    fran.opens("/follow-ups/leaks")
    fran.opens("/outreach")
    fran.presses(f"/appointments/{visit}/came", how="seen")
    fran.presses("/encounters/1/none")
    fran.presses(f"/patients/{ana}/follow-ups/new", **NEED, kind="lab", form=TOKENS[0])
    fran.presses(f"/patients/{ana}/follow-ups/new", **NEED, kind="book", form=TOKENS[1])
    fran.presses(f"/patients/{ana}/follow-ups/new", **NEED, kind="referral", form=TOKENS[2])
    fran.presses(f"/follow-ups/{_follow_up('referral')}/close", version=1, disposition="done", note="")
    fran.opens(f"/follow-ups/{_follow_up('lab')}")
    when = {"day": "2026-12-10", "at": "09:00", "provider": 1, "location": 1, "which": ""}
    fran.presses(f"/patients/{ana}/appointments/new", **when)
    fran.presses(f"/follow-ups/{_follow_up('lab')}/again", version=1, day="2026-11-26", note="No answer")
    practice.clock.passes(days=4)
    practice.until_quiet()


def _follow_up(kind: str) -> int:
    """Its id: PostgreSQL leaves one out for each form that came twice."""
    with db.reading("tests.follow_up") as session:
        return session.scalars(select(FollowUp.id).where(FollowUp.kind == kind)).one()


def _closed_once(evidence: Evidence, _: Notes) -> Iterator[str]:
    rows = {row.kind: row for row in evidence.rows(FollowUp)}
    found = {kind: row.disposition for kind, row in rows.items()}
    raised = evidence.counted("task_raised", "reason")["follow_up_lab"]
    decided = [row.decision for row in evidence.rows(Encounter)]
    captured = len(evidence.entries["follow_up_captured"])
    ends = {"lab": "waiting", "book": "booked", "referral": "done"}
    fine = found == ends and (raised, captured, decided) == (0, 3, ["none_needed"])
    yield from held.heard_once(evidence, cast.ANAS, "an order from your visit with us")
    yield from [] if fine else [f"follow-ups {found}, tasks {raised}, captured {captured}, decisions {decided}"]


def _unreadable(practice: Practice) -> Notes:
    """An order is due that nobody can be texted about, and its note cannot be unsealed."""
    fran, ana = practice.desk("fran"), practice.notes["ana"]
    fran.presses(f"/patients/{ana}/follow-ups/new", **{**NEED, "note": "words"}, kind="lab", form=TOKENS[0])
    with db.transaction("tests.spoil") as session:
        session.execute(update(ContactPoint).values(cannot_text="landline"))
        session.execute(text("update follow_up set note = :spoilt"), {"spoilt": b"no seal"})
    practice.clock.passes(days=3)
    return {}


def _goes_round(practice: Practice) -> None:
    practice.until_quiet()


def _a_person_has_it(evidence: Evidence, _: Notes) -> list[str]:
    raised = evidence.counted("task_raised", "reason")["follow_up_lab"]
    return [] if raised == 1 else [f"{raised} tasks were raised"]


FILE = """id,patient,birth_date,phone,day,time,location,provider
A1,Carla Gomez,1979-11-02,(202) 555-0177,2026-12-01,15:00,Main Street,Dr. Chen
A2,Ana López,1961-02-03,,2026-12-02,15:00,Main Street,Dr. Chen
"""


def _imports(practice: Practice) -> None:
    """A file of two appointments, one of a new patient; and the same file again when the machine went down under it."""
    file = practice.world.folder / "appointments.csv"
    file.write_text(FILE, encoding="utf-8")
    ended = CliRunner().invoke(cli, ["import", "appointments", str(file), "--by", "fran"])
    if ended.exception is not None and not isinstance(ended.exception, SystemExit):
        raise ended.exception


def _taken_in_once(evidence: Evidence, _: Notes) -> list[str]:
    rows, visits = evidence.rows(Imported), evidence.rows(Appointment)
    carlas = [each for each in evidence.rows(Patient) if each.first_name == "Carla"]
    found = (len(rows), len(visits), len(carlas))
    return [] if found == (2, 2, 1) else [f"rows, appointments and Carlas are {found}"]


LOOP = (
    Journey("import", _imports, _taken_in_once, again=_imports, pairs=False),
    Journey("follow-ups", _loops, _closed_once, _over, again=_loops, pairs=False),
    Journey("follow-up-unreadable", _goes_round, _a_person_has_it, _unreadable),
)
