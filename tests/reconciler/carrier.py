"""Texts that the carrier has and the practice never saw, and what became of each."""

from app.models.conversations import Exchange
from app.simulator.faults import Fault
from app.simulator.messages import Media
from tests.house import House
from tests.people import Person

PHOTO = Media("https://api.twilio.com/2010-04-01/Accounts/AC0/Messages/MM0/Media/ME0", "image/jpeg")


def lost(house: House, who: Person, body: str, *, photos: int = 0, redacted: bool = False) -> str:
    """A text that never reaches the door; its MessageSid. `redacted`: the carrier soon forgets its words."""
    house.carrier.faults.arm(Fault.INBOUND_LOST)
    if redacted:
        house.carrier.faults.arm(Fault.LIST_REDACTED)
    return who.handset.texts(body, media=[PHOTO] * photos)


def exchanges(house: House) -> dict[str, Exchange]:
    return {row.key: row for row in house.rows(Exchange)}
