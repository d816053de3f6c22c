"""Words about health in what staff are about to text: pointed out before it leaves, never forbidden (P11)."""

from sqlalchemy.orm import Session

from app.library import word_lists
from escalation_desk import classifier

TELLS = frozenset({"symptom", "medication", "result", "care", "crisis", "emergency"})
WHERE_TO_GO = frozenset(
    "911 988 emergency emergencies emergencia emergencias urgencia urgencias er".split()
) | {"emergency room", "emergency department", "sala de emergencias", "sala de urgencias"}  # fmt: skip
"""Says where help is, and nothing of the patient."""


def sentence(session: Session, words: str) -> str:
    """What to tell of them; nothing when no word tells of health. The lists read it that read patients' texts, so that
    what a patient would be taken to the nurses for is what we point out."""
    found = _found(session, words)
    if not found:
        return ""
    told = ", ".join(f"“{each}”" for each in found)
    return f"About health: {told}. Others may read this telephone: say it on a call, or leave it out."


def _found(session: Session, words: str) -> list[str]:
    if not words.strip():
        return []
    read = classifier.read(words, None, lexicon=word_lists.in_force(session))
    said = (mention.text.strip() for mention in read.mentions if mention.kind in TELLS)
    return list(dict.fromkeys(each for each in said if each.casefold() not in WHERE_TO_GO))
