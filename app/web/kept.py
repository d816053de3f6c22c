"""What was typed into a form that was not taken, given back on the page that says so: nothing typed is lost."""

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from app.web import csrf, forms

FIELDS = {
    "body": "Your reply", "note": "Your note", "closing_note": "Your note for the record",
    "task_note": "Your line for the front desk", "why": "Your reason", "rest_why": "What it waits for", "reason": "Why",
    "words": "Your words",
    "name": "Name", "birth_date": "Birth date", "phone": "Number", "deceased_on": "Day of death",
    "day": "Day", "at": "Time", "wanted": "What you looked for", "entry": "The words that tell it",
    "username": "Username", "to_day": "To which day",
    "minutes": "Minutes", "many": "How many", "earliest": "Not before", "latest": "Not after",
    "notice": "Hours’ notice needed", "said": "Note",
    "right": "What is right", "whom": "For whom", "relation": "Relation", "hand_why": "What your colleague should know",
    "title": "Title", "words_en": "Words in English", "words_es": "Words in Spanish",
    "kept": "Where the consents are kept",
}  # fmt: skip
"""Every field that people type into, by its label; a guard test finds those that templates hold beside these."""


def typed() -> list[tuple[str, str]]:
    """Label and words of each box that was filled in; of what was too long to be read there is nothing to give back."""
    if request.method in csrf.SAFE:
        return []
    try:
        return [(label, words) for name, label in FIELDS.items() if (words := forms.text(name)).strip()]
    except RequestEntityTooLarge:
        return []
