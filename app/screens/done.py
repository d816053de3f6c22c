"""What a patient's page says after something was done to her record, by the word in its address."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

DONE = {
    "booked": "The appointment is entered.",
    "moved": "The appointment is moved.",
    "cancelled": "The appointment is cancelled.",
    "confirmed": "The appointment is marked as confirmed.",
    "added": "The patient is entered.",
    "changed": "The record is changed.",
    "deceased": "It is recorded that the patient has died. Nothing more goes out.",
    "not_deceased": "It is taken back that the patient has died.",
    "attached": "The number reaches this patient now.",
    "rather_called": "The patient is called from now on, where our system may.",
    "rather_texted": "The patient is asked by text from now on.",
    "calls_agreed": "Our system may call this number now.",
    "calls_ended": "Our system does not call this number any more.",
    "speaker": "Noted who wrote it. What was said before stays in the record.",
    "corrected": "What is right stands in the record now, beside what stood there before.",
    "proxy": "Noted who may speak for the patient.",
    "proxy_ended": "This person does not speak for the patient any more.",
    "detached": "The number does not reach this patient any more.",
}


def to_patient(patient_id: int, done: str) -> ResponseReturnValue:
    """Back to the patient's page, which says so."""
    return redirect(url_for("patients.show", patient_id=patient_id, done=done), 303)


def said() -> str:
    """The sentence for this request's address; nothing for a word that is none of ours."""
    return DONE.get(request.args.get("done", ""), "")
