"""Words of our own lists that stand in the record, worded for staff."""

LANGUAGES = {"en": "English", "es": "Spanish"}

FIELDS = {
    "name": "the name",
    "birth_date": "the birth date",
    "language": "the language",
    "time_zone": "the time zone",
    "do_not_contact": "whether to contact",
}

LANES = {"clinical": "clinical", "unsure": "not understood for sure", "routine": "routine"}

PROPOSED = {
    "called_clinical": "when handing it to the nurses",
    "marked": "in the record",
    "sample": "in the daily sample",
}
"""Where it was said that a text should have come to the nurses."""

OUTCOMES = {
    "escalation": "put before the nurses",
    "task": "put before the front desk",
    "dialog_step": "answered by Handrail",
    "courtesy": "a courtesy, which needs no answer",
    "consent": "kept as a wish about texts",
    "page_acknowledgement": "a page was acknowledged",
    "duplicate": "it had come before",
}
"""What became of a text."""

OUTREACH = {
    "begun": "It was time to ask about the appointment of {visit}",
    "waiting": "Asking about the appointment of {visit} waits",
    "dropped": "The appointment of {visit} will not be asked about",
    "task": "Asking about the appointment of {visit} was given to the front desk",
}
"""What was decided about a step of a cadence."""

REASONS = {
    "hand_off": "clinical words",
    "emergency": "emergency words",
    "crisis": "crisis words",
    "help": "help was asked for",
    "picture": "a picture came",
    "could_not_be_processed": "the text could not be processed",
    "spool_file_broken": "a text kept while the record was away cannot be read: ask the practice’s technician",
    "spool_file_not_taken_in": "a text kept while the record was away cannot be taken in: its words stand here",
    "restored": "the record was restored from a backup",
    "restored_not_compared": "the record was restored from a backup, texts stand still: ask the practice’s technician",
    "restored_texts_of_nobody": "texts went to a number that the restored record does not know: so many, to",
    "withheld_restored": "a text had not left when the record was restored, and was held back: is it still needed?",
    "restored_gap": "texts were exchanged that the restored record knows only in part: look at them, and ask",
    "confirm_by_phone_restored": "confirm by telephone: after a restore nobody knows what was asked",
    "audit_item_without_step": "an item would not have come up again: ask the practice’s technician",
    "audit_escalation_late": "words wait on the nurses’ list and nobody has taken them: tell a nurse",
    "audit_task_late": "tasks are not brought up again: ask the practice’s technician",
    "audit_claim_past_lease": "items are not given back when their time is over: ask the practice’s technician",
    "audit_quarantine_unread": "a text that could not be processed is unread: tell a nurse",
    "audit_text_late": "texts have waited to be sent for more than two minutes: ask the practice’s technician",
    "audit_sender_dead": "texts stopped on their way to the carrier: ask the practice’s technician",
    "audit_conversation_without_timer": "conversations stand still: ask the practice’s technician",
    "audit_silence_late": "unanswered questions are not followed up: ask the practice’s technician",
    "audit_version_unreadable": "a new version of what Handrail says cannot be read, the one before serves: "
    "ask the practice’s technician",
    "audit_lists_unreadable": "new word lists cannot be used, those before them serve: ask the practice’s technician",
    "lists_refused": "new word lists were not put in force, those before them serve: ask the practice’s technician",
    "audit_sweeper_silent": "nobody sends what was left over: ask the practice’s technician",
    "audit_spool_waits": "texts kept aside are not taken in, so nobody has read them: call the practice’s technician",
    "audit_spool_unwritable": "while the record is away no words could be kept, the disk is full or refuses: call the "
    "practice’s technician",
    "audit_disk_low": "a disk is nearly full: ask the practice’s technician to make room before words are refused",
    "audit_anchors_late": "the record is not anchored outside any more: ask the practice’s technician",
    "fetched_late": "came late: it never reached us and was fetched from the carrier’s list",
    "words_gone": "a text whose words the carrier no longer has: call and ask",
    "fetched_text_not_taken_in": "a text fetched from the carrier’s list cannot be taken in: its words stand here",
    "carrier_list_unreadable": "the carrier’s list of texts cannot be read: a text that never reached us is not found",
    "texts_before_start": "texts came to your number before we began: see in the carrier’s log who read them",
    "could_not_go_on": "a conversation could not go on by itself",
    "unknown_number": "nobody is known behind the number",
    "shared_number": "several patients share the number",
    "person_has_talk": "a person has the talk",
    "late_answer": "the answer came too late to count",
    "names_another_day": "the day or time in the answer does not fit the appointment",
    "cancel_may_mean_appointment": "“cancel” may have meant the appointment",
    "opted_out_with_words": "asked for no more texts, with other words beside",
    "who": "asked who is writing",
    "cancel_visit": "wants to cancel the appointment",
    "confirm": "said yes while no question waited",
    "decline": "said no while no question waited",
    "choose": "sent a number while no question waited",
    "preference": "said which times would suit",
    "language": "asked about the language",
    "repeat": "asked to hear it again",
    "person": "a person was asked for",
    "none": "not understood for sure",
    "unread": "the words cannot be read for sure",
    "not_understood": "not understood for sure",
    "asked_for_person": "a person was asked for",
    "question": "a question was asked",
    "late": "running late",
    "arrived": "has arrived",
    "wrong_number": "says the number is wrong",
    "changed_visit": "the appointment had changed meanwhile",
    "health_answer": "an answer about health",
    "another_time": "another time is wanted",
    "appointment_needed": "an appointment is needed",
    "many_messages": "many messages in a short time",
    "opted_out": "the number asked for no more texts",
    "do_not_contact": "the patient is not to be contacted",
    "deceased": "the patient has died",
    "number_detached": "the number is not the patient’s any more",
    "cannot_text": "the number cannot be texted",
    "too_late": "it was too late for it",
    "no_number": "there is no number to text",
    "quiet_hours": "it is too early or too late in the patient’s day",
    "another_question": "another question went to this number a moment ago",
    "another_conversation": "another question waits for an answer",
    "could_not_be_asked": "it could not be worked out",
    "confirm_by_phone_no_number": "confirm by telephone: there is no number to text",
    "confirm_by_phone_opted_out": "confirm by telephone: the number asked for no more texts",
    "confirm_by_phone_opted_in": "not confirmed: the number asked for no more texts, and takes them again now",
    "confirm_by_phone_cannot_text": "confirm by telephone: the number cannot be texted",
    "confirm_by_phone_too_late": "confirm by telephone: it is soon, and nobody was asked",
    "confirm_by_phone_hushed": "confirm by telephone: a nurse has the patient’s words",
    "confirm_by_phone_quiet_hours": "confirm by telephone: texting was too early or too late",
    "confirm_by_phone_another_question": "confirm by telephone: another question went to this number",
    "confirm_by_phone_another_conversation": "confirm by telephone: another question still waits for an answer",
    "confirm_by_phone_could_not_be_asked": "confirm by telephone: it could not be asked by text",
    "should_have_come": "a nurse says that these words should have come to the nurses",
    "called_clinical": "somebody at the desk says that this is clinical",
    "called_administrative": "a nurse says that this is for the front desk",
    "heard_from": "words came from it",
    "opted_in": "it asked for texts",
    "text_arrived": "a text arrived",
    "hushed": "a nurse has the patient’s words",
    "appointment_changed": "the appointment has changed",
    "sender_died": "sending was cut off",
    "refused": "the carrier refused it",
    "question_over": "the question was over before it could leave",
    "unreadable": "it could not be unsealed",
    "text_unreadable": "a text was not sent: it cannot be unsealed. Ask the practice’s technician",
    "never_reported": "the carrier never said whether a text arrived",
    "unknown_whether_sent": "it is not known whether a text left",
    "withheld_cannot_text": "a text was held back: the number cannot be texted",
    "withheld_too_late": "a text was held back: it was too late for it",
    "withheld_appointment_changed": "an answer was held back: the appointment has changed",
    "withheld_hushed": "a text was held back while a nurse has the patient’s words",
    "withheld_opted_out": "a text was held back: the number asked for no more texts",
    "not_delivered_opted_out": "a text was not delivered: the number asked for no more texts",
    "not_delivered_landline": "a text was not delivered: the number is a landline",
    "not_delivered_bad_number": "a text was not delivered: the number is not in use",
    "not_delivered_temporary": "a text was not delivered: the phone could not be reached",
    "not_delivered_blocked": "a text was not delivered: the carrier blocked it",
    "not_delivered_configuration": "a text was not delivered: our sending is not set up right",
    "not_delivered_expired": "a text was not delivered in time",
    "not_delivered_unexplained": "a text was not delivered, and the carrier does not say why",
}
"""Why something was put before people or held back; a reason without words here is left out."""

ENDINGS = {
    "confirmed": "confirmed",
    "asked_for_another_time": "another time is wanted",
    "changed": "the appointment had changed meanwhile",
    "unanswered": "no answer",
    "asked_for_person": "a person was asked for",
    "not_understood": "not understood for sure",
    "asked_again": "it was asked again",
    "restored": "the record was restored from a backup",
    "withheld": "the text was held back",
    "not_delivered": "the text was not delivered",
    "opted_out": "the number asked for no more texts",
    "do_not_contact": "the patient is not to be contacted",
    "deceased": "the patient has died",
    "number_detached": "the number is not the patient’s any more",
}
"""How a dialog ended."""

EVIDENCE = {
    "callback": "the carrier reported on it",
    "list": "it stands in the carrier’s list",
}
"""How it became known that a text left."""

CHOSEN = {
    "done": "Handrail carried out the choice",
    "changed": "The choice was not carried out: the appointment had changed meanwhile",
}
