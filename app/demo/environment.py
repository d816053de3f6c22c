"""The settings of the demo: a practice that cannot reach anybody outside this machine."""

import os
import sys
import tomllib
from pathlib import Path

from app import settings
from app.demo.home import Home
from app.demo.ports import LOOPBACK

CLINIC_NUMBER = "+15005550006"
PAGING_NUMBER = "+15005550009"
PRACTICE_PHONE = "+16085550100"
LAKESIDE = Path(__file__).with_name("lakeside.toml")


def environment(home: Home, *, port: int, valkey_port: int, carrier_port: int) -> dict[str, str]:
    """This process's environment with every setting of Handrail replaced by the demo's, but for SENDING.

    Those that the demo does not need are set to nothing, so that no `.env` for a live practice shines through.
    """
    others = {name: value for name, value in os.environ.items() if name not in settings.KNOWN}
    unset = dict.fromkeys(settings.KNOWN, "")
    return {
        **others,
        **unset,
        **home.secrets(),
        "HANDRAIL_MODE": "demo",
        "DATABASE_URL": f"sqlite:///{home.database}",
        "REDIS_URL": f"redis://{LOOPBACK}:{valkey_port}/0",
        "PORT": str(port),
        "PUBLIC_BASE_URL": f"http://{LOOPBACK}:{port}",
        "TWILIO_API_BASE_URL": f"http://{LOOPBACK}:{carrier_port}",
        "TWILIO_FROM": CLINIC_NUMBER,
        "PAGING_FROM": PAGING_NUMBER,
        "PRACTICE_PHONE": PRACTICE_PHONE,
        "EMERGENCY_LINE": "911",
        "SENDING": os.environ.get("SENDING", ""),  # off, to see what the desk says then
        "SPOOL_DIR": str(home.spool),
        "ANCHOR_DIR": str(home.anchors),
        "SIM_PORT": str(carrier_port),
        "SIM_LEDGER": str(home.ledger),
        "SIM_PHONES": str(home.phones),
        "SIM_TIME_ZONE": tomllib.loads(LAKESIDE.read_text(encoding="utf-8"))["practice"]["time_zone"],
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONUNBUFFERED": "1",
    }
