"""What somebody wishes of a time, in words for staff."""

from app.models.waitlist import WaitlistRequest
from app.scheduling import waitlist
from app.scheduling.suiting import NAMES


def wishes(waits: WaitlistRequest, providers: dict[int, str], places: dict[int, str]) -> str:
    """`Tuesday or Friday · morning · with Dr. Chen`; any time, when nothing was said."""
    wish = waitlist.wishes_of(waits)
    parts = [
        " or ".join(NAMES[day] for day in NAMES if day in wish.days),
        " or ".join(sorted(wish.parts)),
        f"from {wish.earliest:%b} {wish.earliest.day}" if wish.earliest else "",
        f"until {wish.latest:%b} {wish.latest.day}" if wish.latest else "",
        f"with {providers.get(waits.provider_id, '')}" if waits.provider_id else "",
        f"at {places.get(waits.location_id, '')}" if waits.location_id else "",
        f"for {waits.visit_kind}" if waits.visit_kind else "",
    ]
    return " · ".join(part for part in parts if part) or "any time"
