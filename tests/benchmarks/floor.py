"""The floor under the door: verify Twilio's signature, insert one row in one transaction, and nothing more.

Served by the same gunicorn command, with the engine of `app.db`, on the same kind of database as Handrail itself.
"""

import os
from datetime import UTC, datetime

from flask import Flask, Response, abort, request
from sqlalchemy import DateTime, String, insert
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from twilio.request_validator import RequestValidator

from app import db

NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response />'


class Base(DeclarativeBase):
    pass


class Text(Base):
    """One text, taken in once."""

    __tablename__ = "text"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    sender: Mapped[str] = mapped_column(String(20))
    body: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


def create_floor() -> Flask:
    """The smallest door that could be called one. Settings: DATABASE_URL, TWILIO_AUTH_TOKEN, PUBLIC_BASE_URL."""
    db.start(os.environ["DATABASE_URL"])
    Base.metadata.create_all(db.engine())
    validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])
    base = os.environ["PUBLIC_BASE_URL"]
    floor = Flask(__name__, static_folder=None)

    @floor.get("/healthz")
    def healthz() -> str:
        return "ok"

    @floor.post("/twilio/sms")
    def sms() -> Response:
        signature = request.headers.get("X-Twilio-Signature", "")
        if not validator.validate(base + request.path, request.form, signature):
            abort(403)
        row = {"key": request.form["MessageSid"], "sender": request.form["From"], "body": request.form["Body"]}
        with db.turn_to_write(), db.engine().begin() as connection:
            connection.execute(insert(Text).values(**row, received_at=datetime.now(UTC)))
        return Response(NOTHING, content_type="text/xml; charset=utf-8")

    return floor
