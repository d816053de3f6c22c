"""How an item may be closed, and what each way asks for (DESIGN 5)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Disposition:
    """One way to close an item. `needs_reply`: a text was written from the item; `opens_task`: the next
    step becomes a front-desk task, so that it has an owner."""

    name: str
    label: str
    lists: tuple[str, ...]
    needs_note: bool = False
    needs_reply: bool = False
    opens_task: bool = False


DISPOSITIONS: dict[str, Disposition] = {
    entry.name: entry
    for entry in (
        Disposition("nothing_to_do", "Read, nothing to do", ("nurses", "front_desk")),
        Disposition("answered_by_text", "Answered by text", ("nurses", "front_desk"), needs_reply=True),
        Disposition("advised_by_phone", "Advised by phone", ("nurses",), needs_note=True),
        Disposition("settled_by_phone", "Settled by phone", ("front_desk",), needs_note=True),
        Disposition("sent_to_emergency_care", "Sent to emergency care", ("nurses",), needs_note=True),
        Disposition("appointment_needed", "Needs an appointment", ("nurses",), needs_note=True, opens_task=True),
        Disposition("done", "Done", ("front_desk",), needs_note=True),
    )
}
