"""What follow-ups are about and how they stand, worded for staff."""

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
    "well": "the good answer",
    "not_needed": "not needed any more",
    "not_wanted": "the patient does not want it",
    "not_reached": "could not be reached",
    "elsewhere": "the patient goes elsewhere",
    "deceased": "the patient has died",
    "mistake": "entered by mistake",
}
"""How a follow-up stands."""
