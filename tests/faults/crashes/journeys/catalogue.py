"""All journeys by name, and of which kind each is."""

from collections.abc import Mapping, Sequence

from tests.faults.crashes.journeys.calling import CALLING
from tests.faults.crashes.journeys.cover import COVER
from tests.faults.crashes.journeys.desk import DESK
from tests.faults.crashes.journeys.gone import GONE
from tests.faults.crashes.journeys.journey import Journey
from tests.faults.crashes.journeys.loop import LOOP
from tests.faults.crashes.journeys.moves import MOVES
from tests.faults.crashes.journeys.office import OFFICE
from tests.faults.crashes.journeys.outage import OUTAGE
from tests.faults.crashes.journeys.post import POST
from tests.faults.crashes.journeys.records import RECORDS
from tests.faults.crashes.journeys.reviews import REVIEWS
from tests.faults.crashes.journeys.sms import SMS
from tests.faults.crashes.journeys.snow import SNOW
from tests.faults.crashes.journeys.upkeep import UPKEEP
from tests.faults.crashes.journeys.waitlist import WAITLIST

KINDS: Mapping[str, Sequence[Journey]] = {
    "texts": SMS, "post": POST, "outages": OUTAGE, "desk": DESK, "office": OFFICE, "upkeep": UPKEEP,
    "reviews": REVIEWS, "loop": LOOP, "waitlist": WAITLIST, "moves": MOVES, "gone": GONE, "cover": COVER,
    "calls": CALLING, "records": RECORDS, "snow": SNOW,
}  # fmt: skip
JOURNEYS: Mapping[str, Journey] = {journey.name: journey for kind in KINDS.values() for journey in kind}
KIND_OF: Mapping[str, str] = {journey.name: kind for kind, journeys in KINDS.items() for journey in journeys}
