"""Every table of the product, known at once: foreign keys need their targets even where nobody imports them."""

from sqlalchemy import MetaData

from app.db import Base
from app.models import (  # noqa: F401
    appointments,
    calls,
    conversations,
    cover,
    day_moves,
    follow_ups,
    imports,
    offers,
    outbox,
    pages,
    patients,
    pauses,
    practice,
    proxies,
    records,
    reviews,
    slots,
    snow_days,
    staff,
    waitlist,
    welcomes,
)
from escalation_desk import models  # noqa: F401

metadata: MetaData = Base.metadata
