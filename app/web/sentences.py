"""What stands in the record, as sentences for staff: every kind of entry has one, and no code is ever shown."""

from collections.abc import Callable, Mapping

from app.proxies import HEARS
from app.timeline import Happening
from app.web import call_words, parts
from app.web.dialog_words import CHOSEN, ENDINGS, MATTERS
from app.web.following import DISPOSED, FOLLOW_UPS, STOPPED
from app.web.page import ROLE_NAMES
from app.web.reasons import EVIDENCE, LANES, LANGUAGES, OUTCOMES, PROPOSED, REASONS
from escalation_desk.dispositions import DISPOSITIONS

LISTS = {"nurses": "the nurses’ list", "front_desk": "the front desk’s list"}

SENTENCES: Mapping[str, str] = {
    **call_words.SENTENCES,
    "text_received": "{who} wrote{media}{late}",
    "wrote_to_nurses": "{who} wrote words for the nurses{media}{late}; the nurses have them",
    "text_read": "{read_as}{joined}{outcome_of_text}",
    "speaker_told": "{speaker}",
    "corrected": "{who} corrected the entry of {corrected_of}",
    "record_exported": "{who} took a copy of the record{copy_of}",
    "text_written": "{who} wrote a text",
    "text_for_nurses": "{who} wrote a text about the nurses’ matter",
    "reply_template_written": "{who} wrote the reply “{title}” for everybody to use",
    "reply_template_retired": "{who} took the reply “{title}” out of use",
    "text_taken_back": "{who} took the text back before it left: it was not sent",
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
    "opt_out": "No more texts go to this number, as {asked}",
    "agreed_to_texts": "{who} noted that the patient agreed to get texts at this number",
    "welcomed": "A first text was written, which says who we are and how to stop it",
    "welcome_dropped": "No first text is sent{because}",
    "opt_in": "Texts to this number are welcome again, as asked by {source}",
    "put_on_desk": "Put on {list}{because}",
    "task_raised": "{task}{because}",
    "task_over": "What the task asks for was done elsewhere: it closed by itself",
    "cannot_be_texted": "The carrier refuses texts to this number: it must be called",
    "can_be_texted": "Texts reach this number again{because}",
    "claim_lapsed": "{owner}’s claim ran out; the item is open again",
    "item_reopened": "{reopened}",
    "text_recovered": "A text of ours that the restored record did not hold, as the carrier has it",
    "restored": "The record was restored from a backup",
    "restored_compared": "The restored record was compared with the carrier",
    "sealed_anew": "Old values were sealed with a new key",
    "claimed": "{who} claimed the item",
    "released": "{who} gave the item back",
    "rested": "{who} let the item rest for {minutes} minutes",
    "asked_provider": "{who} put it to {provider} and let it rest for {minutes} minutes",
    "handed_to": "{who} handed the item to {owner}",
    "begun_text_over": "Nothing was written: the begun text closed by itself",
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
    "day_moved": "{who} moved a whole day of visits",
    "day_move_undone": "{who} took back that a whole day was moved, for everybody who had not been told",
    "appointment_cancelled": "{who} cancelled the appointment of {starts_at}",
    "visit_called_off": "{who} called off the appointment of {starts_at}: we cannot see patients that day",
    "visit_put_back": "{who} put back the appointment of {starts_at}: it takes place after all",
    "snow_day_declared": "{who} called off a day",
    "snow_day_undone": "{who} took back that a day was called off",
    "snow_day_told": "Telling the patient that the day was called off{because}",
    "slot_gone_told": "Telling the patient that the time of {starts_at} was taken{because}",
    "appointment_confirmed": "{who} confirmed the appointment of {starts_at}",
    "visit_seen": "{who} recorded that the patient was seen: appointment of {starts_at}",
    "visit_missed": "{who} recorded that the patient did not come: appointment of {starts_at}",
    "nothing_follows": "{who} decided that nothing needs to follow the visit",
    "follow_up_captured": "{who} noted a follow-up to be done by {due_on}: {matter_of}",
    "follow_up_stands": "Follow-up “{matter_of}”: {stands}{in_brackets}",
    "follow_up_decided": "{decided}{in_brackets}",
    "follow_up_closed": "{who} closed the follow-up “{matter_of}”: {stands}",
    "follow_up_tried": "{who} tried, and somebody tries again by {due_on}: {matter_of}",
    "slot_offered": "{who} held the time of {starts_at} for the patient, to be offered by text",
    "offers_chosen": "{who} chose how times are offered",
    "offer_ended": "The offer of {starts_at} is over{because}",
    "waits_for_time": "The patient waits for {waited_for}",
    "waits_no_more": "The patient does not wait for a time any more{because}",
    "patient_added": "{who} added the patient",
    "patient_changed": "{who} changed {fields}",
    "deceased_recorded": "{who} recorded that the patient has died; nothing more goes out",
    "deceased_removed": "{who} took back that the patient has died",
    "proxy_noted": "{who} noted who may speak for the patient, and may hear {may_hear}",
    "proxy_ended": "{who} noted that this person speaks for the patient no more",
    "number_attached": "{who} attached {number} to {patient}",
    "number_detached": "{who} detached {number} from {patient}",
    "staff_added": "{who} made the account{as_role}",
    "go_ahead_given": "{who} opened sending",
    "pause_begun": "{who} stopped {stopped}",
    "pause_ended": "{who} let {stopped} go on",
    "staff_disabled": "{who} shut the account",
    "staff_reset": "{who} gave the account a new password",
    "staff_role_changed": "{who} changed the role{as_role}",
    "password_chosen": "{who} chose a new password",
    "password_given": "{who} gave the password; the second factor was asked for",
    "second_factor_set_up": "{who} set up a second factor",
    "second_factor_forgotten": "{who} took back the second factor: another one is set up at the next sign-in",
    "second_factor_refused": "Somebody gave the password and a wrong code",
    "recovery_code_used": "{who} signed in with a recovery code",
    "recovery_codes_made": "{who} made new recovery codes",
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
    "paged": "{owner} was paged",
    "page_joined": "{owner} was paged a moment ago and has not answered: it waits with what she was paged for",
    "page_spared": "{owner} was at work at the desk: not paged this time",
    "page_call_in_vain": "{owner} was called, too, and did not take it",
    "page_failed": "The page did not reach {owner}; the next person is paged",
    "nobody_answered": "Everybody on call was paged and nobody answered: the pages begin again",
    "nobody_on_call": "Nobody who can be reached was on call",
    "staff_phone_failed": "The telephone of {owner} took no page",
    "staff_phone_works": "The telephone of {owner} takes pages again",
    "lists_activated": "New word lists were put in force",
    "looked_at_patient": "{who} opened the record of {looked_at}",
    "looked_at_item": "{who} opened an item",
    "looked_at_number": "{who} opened an unknown number",
    "looked_at_items": "{who} looked at {list}",
    "searched_desk": "{who} looked for open items",
    "review_taken": "{who} took the rows behind a figure of the monthly review as a file",
    "looked_at_list": "{who} looked at a list of {how_many}",
}
READ_AS = {lane: words.capitalize() if lane == "unsure" else f"Read as {words}" for lane, words in LANES.items()}
UNKNOWN = "{who} did something that this screen has no words for yet"


def describe(happening: Happening, names: Mapping[str, str]) -> str:
    """One plain sentence for an entry; what was said (`happening.words`) is shown beside it by the template.
    `names` are of `app.web.names.names_in`. Never fails and never shows a code."""
    return as_sentence(SENTENCES.get(happening.kind, UNKNOWN).format_map(_Parts(happening, names)))


def as_sentence(words: str) -> str:
    """With a capital at the beginning, and nothing else of it changed: “EHR” and names stay as they are."""
    return words[:1].upper() + words[1:]


class _Parts(dict[str, str]):
    """The parts of a sentence, worded when the sentence asks for them."""

    def __init__(self, happening: Happening, names: Mapping[str, str]) -> None:
        super().__init__()
        self.happening, self.names = happening, names

    def __missing__(self, part: str) -> str:
        return PARTS[part](self.happening, self.names)


DISPOSITION_LABELS = {name: each.label for name, each in DISPOSITIONS.items()}
PARTS: Mapping[str, Callable[[Happening, Mapping[str, str]], str]] = {
    "who": parts.who,
    "because": parts.listed("reason", REASONS, "", ": "),
    "list": parts.listed("list", LISTS, "the desk"),
    "source": parts.listed("source", parts.SOURCES, "somebody"),
    "asked": parts.asked,
    "matter": parts.listed("dialog", MATTERS, "a question"),
    "language": parts.listed("language", LANGUAGES, "another language"),
    "disposition": parts.listed("disposition", DISPOSITION_LABELS, "", ": "),
    "ending": parts.listed("ended", ENDINGS, "", ": "),
    "media": parts.media,
    "late": parts.late,
    "speaker": parts.speaker,
    "corrected_of": parts.corrected_of,
    "may_hear": parts.listed("may_hear", HEARS, "something"),
    "copy_of": parts.named("patient", "patient", "", " of "),
    "called": lambda happening, names: call_words.called(happening, parts.who(happening, names)),
    "then": call_words.then,
    "came": call_words.came,
    "ended": call_words.ended,
    "length": call_words.length,
    "in_vain": parts.listed("why", call_words.IN_VAIN, "the call was not made"),
    "result": parts.listed("result", call_words.RESULTS, "as the record says"),
    "read_as": parts.listed("lane", READ_AS, "Read as words for people"),
    "in_brackets": parts.in_brackets,
    "joined": parts.joined,
    "outcome_of_text": parts.listed("outcome", OUTCOMES, "", ": "),
    "outcome": parts.listed("outcome", CHOSEN, "Handrail carried out the choice"),
    "error": parts.error,
    "task": parts.task,
    "reopened": parts.reopened,
    "owner": parts.named("staff", "owner", "a staff member"),
    "number": parts.named("number", "contact_point", "a number"),
    "patient": parts.named("patient", "patient", "a patient"),
    "looked_at": parts.named("patient", "id", "a patient"),
    "proposed": parts.listed("source", PROPOSED, "of texts"),
    "evidence": parts.listed("by", EVIDENCE, "there is evidence"),
    "outreach": parts.outreach,
    "decided": parts.decided,
    "matter_of": parts.listed("matter", FOLLOW_UPS, "something that follows a visit"),
    "stands": parts.listed("disposition", DISPOSED, "as the record says"),
    "due_on": parts.due_on,
    "stopped": parts.listed("purpose", STOPPED, "texts"),
    "starts_at": parts.starts_at,
    "waited_for": parts.waited_for,
    "fields": parts.fields,
    "step": parts.step,
    "title": lambda happening, _names: str(happening.details.get("title", "…")),
    "provider": lambda happening, _names: str(happening.details.get("provider", "a provider")),
    "minutes": lambda happening, _names: str(happening.details.get("minutes", "some")),
    "as_role": parts.listed("role", ROLE_NAMES, "", ": "),
    "how_many": parts.how_many,
}
