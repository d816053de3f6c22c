"""What stands in the record, as sentences for staff: every kind of entry has one, and no code is ever shown."""

from collections.abc import Callable, Mapping
from datetime import datetime

from app.timeline import Happening
from app.web.following import DISPOSED, FOLLOW_UPS
from app.web.reasons import (
    CHOSEN,
    ENDINGS,
    EVIDENCE,
    FIELDS,
    LANES,
    LANGUAGES,
    MATTERS,
    OUTCOMES,
    OUTREACH,
    PROPOSED,
    REASONS,
)
from app.web.times import day, local
from escalation_desk.dispositions import DISPOSITIONS

LISTS = {"nurses": "the nurses’ list", "front_desk": "the front desk’s list"}

SENTENCES: Mapping[str, str] = {
    "text_received": "{who} wrote{media}{late}",
    "wrote_to_nurses": "{who} wrote words for the nurses{media}{late}; the nurses have them",
    "text_read": "Read as {lane}{joined}{outcome_of_text}",
    "text_written": "{who} wrote a text",
    "text_for_nurses": "{who} wrote a text about the nurses’ matter",
    "text_accepted": "The carrier took the text",
    "text_pending": "The carrier did not take the text yet; it is tried again",
    "text_failed": "The carrier refused the text{error}",
    "text_unknown": "It is not known whether the text left; it is not sent twice",
    "text_found": "It is known now that the text left: {evidence}",
    "text_set_aside": "The text cannot be unsealed and was not sent; a person has it",
    "text_withheld": "A text was held back{because}",
    "delivery_accepted": "The carrier accepted the text",
    "delivery_sent": "The text was sent",
    "delivery_delivered": "The text was delivered",
    "delivery_failed": "The text could not be delivered{error}",
    "opt_out": "No more texts to this number, as {asked}",
    "opt_in": "Texts to this number are welcome again, as asked by {source}",
    "put_on_desk": "Put on {list}{because}",
    "task_raised": "{task}{because}",
    "task_over": "What the task asks for was done elsewhere: it closed by itself",
    "cannot_be_texted": "The carrier refuses texts to this number: it must be called",
    "can_be_texted": "Texts reach this number again{because}",
    "claim_lapsed": "The claim of {owner} ran out; the item is open again",
    "item_reopened": "{reopened}",
    "text_recovered": "A text of ours that the restored record did not hold, as the carrier has it",
    "restored": "The record was restored from a backup",
    "restored_compared": "The restored record was compared with the carrier",
    "sealed_anew": "Old values were sealed with a new key",
    "claimed": "{who} claimed the item",
    "released": "{who} gave the item back",
    "words_read": "{who} read the words",
    "note_written": "{who} wrote a note",
    "note_for_nurses": "{who} wrote a note for the nurses",
    "called_clinical": "{who} said this is clinical and handed it to the nurses",
    "called_administrative": "{who} handed the item to the front desk",
    "closed": "{who} closed the item{disposition}",
    "dialog_opened": "{who} began to ask {matter}",
    "dialog_step": "{step}",
    "dialog_ended": "The question was taken back{ending}",
    "action_done": "{outcome}",
    "language_changed": "{who} changed the language to {language}",
    "outreach_decided": "{outreach}",
    "appointment_booked": "{who} booked the appointment of {starts_at}",
    "appointment_moved": "{who} moved the appointment to {starts_at}",
    "appointment_cancelled": "{who} cancelled the appointment of {starts_at}",
    "appointment_confirmed": "{who} confirmed the appointment of {starts_at}",
    "visit_seen": "{who} recorded that the patient was seen: appointment of {starts_at}",
    "visit_missed": "{who} recorded that the patient did not come: appointment of {starts_at}",
    "nothing_follows": "{who} decided that nothing needs to follow the visit",
    "follow_up_captured": "{who} noted a follow-up, by {due_on}: {matter_of}",
    "follow_up_stands": "Follow-up, {matter_of}: {stands}{because}",
    "follow_up_closed": "{who} closed a follow-up, {matter_of}: {stands}",
    "follow_up_tried": "{who} tried and goes on by {due_on}: {matter_of}",
    "patient_added": "{who} added the patient",
    "patient_changed": "{who} changed {fields}",
    "deceased_recorded": "{who} recorded that the patient has died; nothing more goes out",
    "deceased_removed": "{who} took back that the patient has died",
    "number_attached": "{who} attached {number} to {patient}",
    "number_detached": "{who} detached {number} from {patient}",
    "staff_added": "The account was made",
    "staff_disabled": "The account was shut",
    "staff_reset": "The account got a new password",
    "sign_in_refused": "Somebody tried to sign in with a wrong password",
    "signed_in": "{who} signed in",
    "signed_out": "{who} signed out",
    "proposed_for_lists": "{who} proposed it for the word lists {proposed}",
    "proposal_decided": "{who} decided about a proposal for the word lists",
    "sample_judged": "{who} looked at how a text had been read",
    "looked_at_exchange": "{who} looked at a text of the daily sample",
    "looked_at_texts": "{who} looked at texts that were proposed for the word lists",
    "words_shown": "What patients wrote was shown at a terminal, to try word lists",
    "hours_changed": "{who} changed the opening hours",
    "day_closed": "{who} entered a day on which the practice stays closed",
    "day_opened": "{who} took back that the practice stays closed on a day",
    "duty_entered": "{who} put {owner} on call",
    "duty_left_empty": "{who} entered that nobody is on call on a day",
    "duty_ended": "{who} took a line out of the on-call calendar",
    "staff_phone_entered": "{who} entered the telephone on which {owner} is paged",
    "lists_activated": "New word lists were put in force",
    "looked_at_patient": "{who} opened the record of {looked_at}",
    "looked_at_item": "{who} opened an item",
    "looked_at_number": "{who} opened an unknown number",
    "looked_at_items": "{who} looked at {list}",
    "looked_at_list": "{who} looked at a list of {how_many}",
}
UNKNOWN = "{who} did something that this screen has no words for yet"


def describe(happening: Happening, names: Mapping[str, str]) -> str:
    """One plain sentence for an entry; what was said (`happening.words`) is shown beside it by the template.
    `names` are of `app.web.names.names_in`. Never fails and never shows a code."""
    return SENTENCES.get(happening.kind, UNKNOWN).format_map(_Parts(happening, names))


class _Parts(dict[str, str]):
    """The parts of a sentence, worded when the sentence asks for them."""

    def __init__(self, happening: Happening, names: Mapping[str, str]) -> None:
        super().__init__()
        self.happening, self.names = happening, names

    def __missing__(self, part: str) -> str:
        return PARTS[part](self.happening, self.names)


def _who(happening: Happening, names: Mapping[str, str]) -> str:
    known = {"agent": "Handrail", "carrier": "The carrier", "patient": names.get("patient", "The patient")}
    return known.get(happening.actor) or names.get(happening.actor, "A staff member")


def _named(table: str, detail: str, otherwise: str) -> Callable[[Happening, Mapping[str, str]], str]:
    """The name of the row that a detail points to: `_named("staff", "owner", …)` for details["owner"] = 3."""
    return lambda happening, names: names.get(f"{table}:{happening.details.get(detail)}", otherwise)


def _listed(detail: str, words: Mapping[str, str], otherwise: str, before: str = "") -> (
    Callable[[Happening, Mapping[str, str]], str]
):  # fmt: skip
    """What our own list says for a detail, led in by `before`."""

    def worded(happening: Happening, _names: Mapping[str, str]) -> str:
        found = words.get(str(happening.details.get(detail)))
        return before + found if found else otherwise

    return worded


def _starts_at(happening: Happening, names: Mapping[str, str]) -> str:
    """When the appointment was at that entry, in its location's zone."""
    zone = names.get(f"appointment_zone:{happening.details.get('appointment')}", names.get("zone", "UTC"))
    try:
        return local(datetime.fromisoformat(str(happening.details["starts_at"])), zone)
    except (KeyError, ValueError):
        return "a time that was not kept"


def _due_on(happening: Happening, _names: Mapping[str, str]) -> str:
    """The day by which a follow-up should have happened."""
    try:
        return day(datetime.fromisoformat(str(happening.details["due_on"])))
    except (KeyError, ValueError):
        return "a day that was not kept"


def _fields(happening: Happening, _names: Mapping[str, str]) -> str:
    """`the name and the language`; what can be told without the sealed words is told."""
    details = happening.details
    found = []
    for field in details.get("fields", ()):
        to = LANGUAGES.get(str(details.get("language")), "") if field == "language" else ""
        if field == "do_not_contact":
            to = "do not contact" if details.get("do_not_contact") else "may be contacted"
        found.append(FIELDS.get(field, "a detail") + (f" to {to}" if to else ""))
    return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found) or "nothing"


def _step(happening: Happening, names: Mapping[str, str]) -> str:
    details = happening.details
    if details.get("silence"):
        return "Nobody answered the question in time"
    if details.get("choice") is not None:
        return f"{_who(happening, names)} chose {details['choice']}{_ending(happening)}"
    if details.get("place"):
        return "Handrail answered; the question still waits"
    return f"The talk is over{_ending(happening)}"


def _ending(happening: Happening) -> str:
    ended = ENDINGS.get(str(happening.details.get("ended")))
    return f": {ended}" if ended else ""


def _how_many(happening: Happening, _names: Mapping[str, str]) -> str:
    many = len(happening.details.get("ids", ()))
    return "1 patient" if many == 1 else f"{many} patients"


def _outreach(happening: Happening, names: Mapping[str, str]) -> str:
    details = happening.details
    visit = _starts_at(happening, names)
    reason = REASONS.get(str(details.get("reason")))
    because = f": {reason}" if reason else ""
    undecided = "It was looked at whether to ask about the appointment of {visit}"
    return OUTREACH.get(str(details.get("state")), undecided).format(visit=visit) + because


def _task(happening: Happening, names: Mapping[str, str]) -> str:
    """A choice of the patient's may raise one; that is not what she did."""
    by_staff = happening.actor.startswith("staff:")
    return f"{_who(happening, names)} raised a task" if by_staff else "A task was raised"


def _reopened(happening: Happening, names: Mapping[str, str]) -> str:
    by_staff = happening.actor.startswith("staff:")
    return (
        f"{_who(happening, names)} opened the item again"
        if by_staff
        else ("The item was opened again because new words came")
    )


def _media(happening: Happening, _names: Mapping[str, str]) -> str:
    many = happening.details.get("media") or 0
    return "" if not many else " and sent a picture" if many == 1 else f" and sent {many} pictures"


def _joined(happening: Happening, _names: Mapping[str, str]) -> str:
    many = len(happening.details.get("joined") or ())
    with_them = ", together with an earlier text" if many == 1 else f", together with {many} earlier texts"
    return with_them if many else ""


def _late(happening: Happening, names: Mapping[str, str]) -> str:
    """When it was written, of words that the door never saw."""
    try:
        written = local(datetime.fromisoformat(str(happening.details["sent_at"])), names.get("zone", "UTC"))
    except (KeyError, ValueError):
        return ""
    return f" on {written}; it came late, from the carrier’s list"


def _error(happening: Happening, _names: Mapping[str, str]) -> str:
    code = str(happening.details.get("code") or "")
    return f" (the carrier says {code})" if code.isdecimal() else ""


def _asked(happening: Happening, names: Mapping[str, str]) -> str:
    if happening.actor.startswith("staff:"):
        how = "read in the patient’s words" if happening.details.get("exchange") else "decided"
        return f"{_who(happening, names)} {how}"
    return f"asked by {SOURCES.get(happening.details.get('source', ''), 'somebody')}"


DISPOSITION_LABELS = {name: each.label for name, each in DISPOSITIONS.items()}
SOURCES = {"patient": "the patient", "carrier": "the carrier", "staff": "staff"}
PARTS: Mapping[str, Callable[[Happening, Mapping[str, str]], str]] = {
    "who": _who,
    "because": _listed("reason", REASONS, "", ": "),
    "list": _listed("list", LISTS, "the desk"),
    "source": _listed("source", SOURCES, "somebody"),
    "asked": _asked,
    "matter": _listed("dialog", MATTERS, "a question"),
    "language": _listed("language", LANGUAGES, "another language"),
    "disposition": _listed("disposition", DISPOSITION_LABELS, "", ": "),
    "ending": _listed("ended", ENDINGS, "", ": "),
    "media": _media,
    "late": _late,
    "lane": _listed("lane", LANES, "words for people"),
    "joined": _joined,
    "outcome_of_text": _listed("outcome", OUTCOMES, "", ": "),
    "outcome": _listed("outcome", CHOSEN, "Handrail carried out the choice"),
    "error": _error,
    "task": _task,
    "reopened": _reopened,
    "owner": _named("staff", "owner", "a staff member"),
    "number": _named("number", "contact_point", "a number"),
    "patient": _named("patient", "patient", "a patient"),
    "looked_at": _named("patient", "id", "a patient"),
    "proposed": _listed("source", PROPOSED, "of texts"),
    "evidence": _listed("by", EVIDENCE, "there is evidence"),
    "outreach": _outreach,
    "matter_of": _listed("matter", FOLLOW_UPS, "something that follows a visit"),
    "stands": _listed("disposition", DISPOSED, "as the record says"),
    "due_on": _due_on,
    "starts_at": _starts_at,
    "fields": _fields,
    "step": _step,
    "how_many": _how_many,
}
