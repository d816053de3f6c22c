"""What was typed on an item's page and not taken: what a refusal gives back, and what was kept from before."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from escalation_desk import drafts

LABELS = {
    "body": "Your reply", "note": "Your note", "closing_note": "Your note for the record",
    "task_note": "Your line for the front desk", "why": "Your reason", "rest_why": "What it waits for",
    "hand_why": "Your line for your colleague",
}  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """The boxes of an item's page, so that a refusal or a sign-out loses nothing."""

    body: str = ""
    note: str = ""
    closing_note: str = ""
    task_note: str = ""
    why: str = ""
    rest_why: str = ""
    hand_why: str = ""
    disposition: str = ""

    def kept(self, *places: str) -> list[tuple[str, str, str]]:
        """Box, label and words of those boxes that hold any; of all when none are named."""
        found = [(place, label, getattr(self, place)) for place, label in LABELS.items()]
        return [each for each in found if each[2].strip() and (not places or each[0] in places)]


def on_page(session: Session, item_id: int, staff_id: int, refused: Draft) -> Draft:
    """What a refused form held, and beside it what this person left unsent in the other boxes."""
    before = drafts.of(session, item_id, staff_id)
    return replace(refused, **{place: words for place, words in before.items() if not getattr(refused, place)})
