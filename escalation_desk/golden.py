"""The frozen sentences every lexicon must read rightly before it is loaded (H10)."""

from escalation_desk.classifier import read
from escalation_desk.lexicon import Lexicon

# (what the patient writes, the lane it must end in, the fixed text if clinical or else the intent)
_GOLDEN = (
    ("my chest hurts", "clinical", "emergency"),
    ("yes but my chest hurts", "clinical", "emergency"),
    ("me duele el pecho", "clinical", "emergency"),
    ("I can't breathe", "clinical", "emergency"),
    ("no puedo respirar", "clinical", "emergency"),
    ("I took too many pills", "clinical", "emergency"),
    ("I want to die", "clinical", "crisis"),
    ("ya no quiero vivir", "clinical", "crisis"),
    ("my husband hits me", "clinical", "crisis"),
    ("HELP", "clinical", "help"),
    ("Ayuda", "clinical", "help"),
    ("no chest pain today", "clinical", "emergency"),
    ("no pain", "clinical", "hand_off"),
    ("sin fiebre", "clinical", "hand_off"),
    ("my mom had a fever last week", "clinical", "hand_off"),
    ("should I stop taking my blood thinner?", "clinical", "hand_off"),
    ("can't stop vomiting", "clinical", "hand_off"),
    ("necesito mi receta", "clinical", "hand_off"),
    ("are my labs back?", "clinical", "hand_off"),
    ("im dizy", "clinical", "hand_off"),
    ("se me duerme la mano", "clinical", "hand_off"),
    ("BP 180/110", "clinical", "hand_off"),
    ("🤒", "clinical", "hand_off"),
    ("YES", "routine", "confirm"),
    ("sí, gracias", "routine", "confirm"),
    ("No", "routine", "decline"),
    ("STOP", "routine", "opt_out"),
    ("CANCEL", "routine", "opt_out"),
    ("START", "routine", "opt_in"),
    ("please don't text me anymore", "routine", "opt_out"),
    ("no me escriban más", "routine", "opt_out"),
    ("running 10 minutes late", "routine", "late"),
    ("¿dónde es la clínica?", "routine", "question"),
    ("I need to reschedule", "routine", "another_time"),
    ("wrong number", "routine", "wrong_number"),
    ("asdf qwer", "unsure", "none"),
    ("", "unsure", "none"),
)


def faults(lexicon: Lexicon) -> list[str]:
    """A plain sentence for each golden line that `lexicon` reads wrongly."""
    return [sentence for line in _GOLDEN if (sentence := _fault(lexicon, *line))]


def _fault(lexicon: Lexicon, text: str, lane: str, meaning: str) -> str:
    reading = read(text, None, lexicon=lexicon)
    found = reading.fixed_text if reading.lane == "clinical" else reading.intent
    if (reading.lane, found) == (lane, meaning):
        return ""
    return f"“{text}” must be read as {lane} ({meaning}), not as {reading.lane} ({found})."
