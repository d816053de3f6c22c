"""A new dialog to begin with: small, sound and in both languages; every word of it is to be changed."""

STARTER = """title = "{title}"
purpose = "Say here in one sentence what it asks, and what it does not do."
about = "patient"  # or "appointment", to name {{weekday}}, {{date}}, {{time}} and {{location}}
start = "ask"
life = "48h"  # how long an answer counts
asks_about_health = false

[states.ask]
say.en = "{{practice}}: {{first_name}}, may we call you?"
say.es = "{{practice}}: {{first_name}}, ¿podemos llamarle?"
silence = {{ after = "24h", goes = "silent" }}

[[states.ask.choices]]
label.en = "be called"
label.es = "que le llamemos"
also = ["confirm"]
does = "ask_for_call"
goes = "called"

[[states.ask.choices]]
label.en = "leave it for now"
label.es = "dejarlo por ahora"
also = ["decline"]
goes = "left"

[states.called]
say.en = "{{practice}}: Thank you. Our staff will call you. Our phone: {{phone}}."
say.es = "{{practice}}: Gracias. Nuestro personal le va a llamar. Nuestro teléfono: {{phone}}."
ends = "asked_for_call"

[states.left]
say.en = "{{practice}}: Thank you. A person will read your answer. To talk now, call {{phone}}. In an emergency call {{emergency_line}}."
say.es = "{{practice}}: Gracias. Una persona va a leer su respuesta. Para hablar ahora, llame al {{phone}}. En una emergencia, llame al {{emergency_line}}."
ends = "not_wanted"
people = "not_wanted"

[states.silent]
ends = "unanswered"
"""  # noqa: E501  (a text is one line)

CONVERSATIONS = {
    "en": "# Ana wants a call\npatient: 1\n\n# Ana leaves it\npatient: 2\n\n# Ana says nothing\n-- 24h --\n",
    "es": "# Rosa quiere una llamada\npatient: 1\n\n# Rosa lo deja\npatient: 2\n\n# Rosa no contesta\n-- 24h --\n",
}
"""What its patients do; `pytest tests/dialogs/test_golden.py --update` writes the rest of each conversation."""


def starter(name: str) -> str:
    """The body of a new dialog file."""
    return STARTER.format(title=name.replace("_", " ").capitalize())
