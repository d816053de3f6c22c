"""How an item may be closed, and what each way asks for (DESIGN 5)."""

from dataclasses import dataclass

SLOT_GONE = "slot_gone"
"""The EHR has given to somebody else what we gave: the visit goes back (app/outreach/gone.py)."""

WENT_ON = "went_on"
"""Its words go on with a nurses' item that was opened again; no page offers it."""


@dataclass(frozen=True)
class Disposition:
    """One way to close an item. `needs_reply`: a text was written from the item; `opens_task`: the next
    step becomes a front-desk task, so that it has an owner; `of_patient`: says what was done with a patient, and so
    does not fit what is the practice's own; `explains_crisis`: crisis and emergency words need a note why; `only_for`:
    tasks of this one reason, or what is closed by another act of a person."""

    name: str
    label: str
    lists: tuple[str, ...]
    needs_note: bool = False
    needs_reply: bool = False
    opens_task: bool = False
    of_patient: bool = False
    explains_crisis: bool = False
    only_for: str = ""

    def asks_note(self, *, crisis: bool) -> bool:
        """Whether an item with or without crisis or emergency words is not closed so without a note."""
        return self.needs_note or (crisis and self.explains_crisis)


DISPOSITIONS: dict[str, Disposition] = {
    entry.name: entry
    for entry in (
        Disposition("nothing_to_do", "Read, nothing to do", ("nurses", "front_desk"), explains_crisis=True),
        Disposition(
            "answered_by_text", "Answered by text", ("nurses", "front_desk"), needs_reply=True, of_patient=True
        ),
        Disposition("advised_by_phone", "Advised by phone", ("nurses",), needs_note=True, of_patient=True),
        Disposition("settled_by_phone", "Settled by phone", ("front_desk",), needs_note=True, of_patient=True),
        Disposition("sent_to_emergency_care", "Sent to emergency care", ("nurses",), needs_note=True, of_patient=True),
        Disposition(
            "appointment_needed", "Needs an appointment", ("nurses",), needs_note=True, opens_task=True, of_patient=True
        ),
        Disposition("done", "Done", ("front_desk",), needs_note=True),
        Disposition("entered_in_ehr", "Entered in the EHR", ("front_desk",), only_for="enter_in_ehr"),
        Disposition(
            "entered_not_free",
            "Entered in the EHR; the old time is not free for anybody",
            ("front_desk",),
            only_for="enter_in_ehr",
        ),
        Disposition(WENT_ON, "Goes on with the nurses’ item", ("front_desk",), only_for=WENT_ON),
        Disposition(SLOT_GONE, "That time was taken in the EHR", ("front_desk",), only_for="enter_in_ehr"),
    )
}


ALONE = frozenset(each.only_for for each in DISPOSITIONS.values() if each.only_for)


def fits(how: Disposition, list_name: str, reason: str) -> bool:
    """Whether an item of that list and reason may be closed so. A task that was called clinical is closed as the nurses
    close theirs."""
    special = reason in ALONE and list_name == "front_desk"
    return list_name in how.lists and how.only_for == (reason if special else "")


def fitting(list_name: str, reason: str, *, about_patient: bool, can_be_texted: bool) -> tuple[Disposition, ...]:
    """The ways to close an item of a list that fit it. `can_be_texted`: or was, from the item."""
    return tuple(
        each
        for each in DISPOSITIONS.values()
        if fits(each, list_name, reason)
        and (about_patient or not each.of_patient)
        and (can_be_texted or not each.needs_reply)
    )
