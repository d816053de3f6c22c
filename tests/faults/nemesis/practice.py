"""The practice that the nemesis torments: its settings, and who works and is cared for there."""

import os
import sys
from datetime import datetime, time, timedelta
from pathlib import Path

from app import db, people, practice, schema, sealing, settings
from app.library import versions
from app.scheduling import booking
from app.settings import Settings
from app.web import accounts
from escalation_desk import rota
from tests.house import ACCOUNT, CLINIC, TOKEN, ZONE

PASSWORD = "a long enough password"
STAFF = {"nora": "nurse", "nils": "nurse", "fran": "front_desk"}
NUMBERS = tuple(f"+120255501{place:02}" for place in range(1, 17))
SHARED = NUMBERS[0]
SPANISH = frozenset(NUMBERS[10:])
VISITS_IN_DAYS = (1, 2, 3, 4, 6, 8, 11, 14)
ALL_DAY = time(0, 0)


def environment(folder: Path, spool: Path, addresses: dict[str, str]) -> dict[str, str]:
    """Settings of every process; `addresses` are those that depend on the run."""
    others = {name: value for name, value in os.environ.items() if name not in settings.KNOWN}
    return {
        **others,
        "HANDRAIL_MODE": "demo",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": CLINIC,
        "SECRET_KEY": "a secret key of the tests, long enough to be one",
        "DATA_KEYS": "k1:" + "5a" * 32,
        "INDEX_KEY": "an index key of the tests, long enough to be one",
        "ANCHOR_DIR": str(folder / "anchors"),
        "SPOOL_DIR": str(spool),
        "PRACTICE_PHONE": "+16085550100",
        "SIM_LEDGER": str(folder / "carrier.jsonl"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONUNBUFFERED": "1",
        **addresses,
    }


def furnish(current: Settings, now: datetime) -> None:
    """Tables, dialogs, staff, and patients with visits in the coming days, two of them behind one number."""
    keys, index = current.data_keys.get_secret_value(), current.index_key.get_secret_value()
    sealing.start(keys, index)
    db.start(current.database_url)
    try:
        schema.migrate()
        proved = versions.prove(None)
        with db.transaction("nemesis.furnish") as session:
            versions.activate(session, proved, "the tests")
            practice.describe(session, "Lakeside Clinic", ZONE.key, ALL_DAY, ALL_DAY)
            practice.add_location(session, "Main Street", None)
            rota.set_week(session, dict.fromkeys(range(7), (ALL_DAY, ALL_DAY)), {}, None)
            practice.add_provider(session, "Dr. Chen")
            for username, role in STAFF.items():
                accounts.add(session, username, username.capitalize(), role, PASSWORD)
            for place, number in enumerate([*NUMBERS, SHARED]):
                details = people.Details(
                    name=f"Ana{place} López", birth_date="1961-02-03", time_zone=None,
                    language="es" if number in SPANISH else "en",
                )  # fmt: skip
                patient = people.add_patient(session, details, [number], None)
                for days in VISITS_IN_DAYS:
                    starts = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=days, hours=place % 8)
                    booking.book(session, patient.id, 1, 1, starts, None)
    finally:
        db.stop()
