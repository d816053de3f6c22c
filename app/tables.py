"""Every table of the product, known at once: foreign keys need their targets even where nobody imports them."""

from sqlalchemy import MetaData

from app.db import Base
from app.models import appointments, conversations, outbox, patients, practice, records, reviews, staff  # noqa: F401
from escalation_desk import models  # noqa: F401

metadata: MetaData = Base.metadata
