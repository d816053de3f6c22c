"""What journeys ask of the end, in few words; each gives sentences for what does not hold."""

from collections.abc import Iterator

from app.models.appointments import Appointment
from app.models.outbox import Outbound
from app.models.patients import ContactPoint
from app.rehearsal.evidence import Evidence
from escalation_desk.models import DeskItem


def heard_once(evidence: Evidence, number: str, part: str) -> Iterator[str]:
    """She got the text once. It may also stand as unknown, or as impossible, since people were told then (I3)."""
    times = evidence.heard(number, part)
    doubtful = any(part in row.body and row.state in ("unknown", "failed", "withheld") for row in evidence.outbox)
    if times > 1 or (times == 0 and not doubtful):
        yield f"a text with “{part}” was heard {times} times"


def unheard(evidence: Evidence, number: str, part: str) -> Iterator[str]:
    """She never got such a text."""
    if times := evidence.heard(number, part):
        yield f"a text with “{part}” was heard {times} times, and should not have been"


def confirmed(evidence: Evidence, appointment_id: int, wanted: bool = True) -> Iterator[str]:
    """The appointment is confirmed, once; or it is as it was."""
    (row,) = evidence.rows(Appointment, Appointment.id == appointment_id)
    times = evidence.counted("appointment_confirmed", "appointment")[appointment_id]
    if (row.confirmed_at is not None, times) != (wanted, int(wanted)):
        yield f"appointment {appointment_id} was confirmed {times} times"


def stands(evidence: Evidence, list_name: str, *reasons: str, kind: str = "words") -> Iterator[str]:
    """On a list there are open items for exactly these reasons, beside what the auditor found late: nobody works."""
    found = sorted(item.reason for item in evidence.rows(DeskItem, DeskItem.state != "closed")
                   if (item.list, item.kind) == (list_name, kind) and not item.reason.startswith("audit_"))  # fmt: skip
    if found != sorted(reasons):
        yield f"on the list {list_name} stand {found}, not {sorted(reasons)}"


def opted_out(evidence: Evidence, number: str, wanted: bool = True) -> Iterator[str]:
    (point,) = (row for row in evidence.rows(ContactPoint) if row.number == number)
    if (point.opted_out_at is not None) != wanted:
        yield f"contact point {point.id} is {'not ' if wanted else ''}opted out"


def every_text_is(evidence: Evidence, *states: str) -> Iterator[str]:
    """All texts of the outbox ended in one of these states."""
    rows: list[Outbound] = evidence.outbox
    yield from (f"outbound {row.id} is {row.state}" for row in rows if row.state not in states)
