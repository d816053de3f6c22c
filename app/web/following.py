"""What follow-ups are about, how they stand, and what was decided about asking, worded for staff."""

FOLLOW_UPS = {
    "book": "book the next visit",
    "lab": "labs or another order",
    "referral": "referral to another office",
    "recall_chronic": "regular visit",
    "recall_lapsed": "not seen for long",
    "no_show": "missed appointment",
    "callback": "call that we owe",
    "check_in": "check-in after the visit",
}
"""What a follow-up is about."""

DISPOSED = {
    "waiting": "under way",
    "with_person": "a person has it",
    "paused": "paused",
    "booked": "a visit is booked",
    "done": "done",
    "well": "answered that all is as it should be",
    "not_needed": "not needed any more",
    "not_wanted": "the patient does not want it",
    "not_reached": "could not be reached",
    "elsewhere": "the patient goes elsewhere",
    "deceased": "the patient has died",
    "mistake": "entered by mistake",
}
"""How a follow-up stands."""

STOPPED = {
    "everything": "everything that we begin",
    "reminders": "reminders of visits",
    "check_ins": "check-ins after visits",
    "recalls": "recalls",
    "follow_ups": "other follow-ups",
    "offers": "offers of a free time",
}
"""What a manager can stop."""

ASKING = {
    "begun": "It was time to ask about the follow-up “{matter}”",
    "waiting": "Asking about the follow-up “{matter}” waits",
    "dropped": "The follow-up “{matter}” is not asked about",
    "task": "The follow-up “{matter}” is given to a person instead of a text",
}
"""What was decided about a step of a follow-up's cadence."""

OUTREACH = {
    "begun": "It was time to ask about the appointment of {visit}",
    "waiting": "Asking about the appointment of {visit} waits",
    "dropped": "The appointment of {visit} will not be asked about",
    "task": "Asking about the appointment of {visit} was given to the front desk",
}
"""What was decided about a step of a cadence."""
