"""The faults' control endpoint as tests use it, over real HTTP."""

from dataclasses import dataclass, field
from typing import Any

import requests

from app.simulator.faults import Fault


@dataclass
class Control:
    """`switch(Fault.INBOUND_TWICE)` for the next text; knobs as in app/simulator/switches.py."""

    url: str
    web: requests.Session = field(default_factory=requests.Session)

    def switch(self, fault: Fault, **knobs: Any) -> dict[str, Any]:
        return self._told(self.web.put(f"{self.url}/phone/faults/{fault}", json=knobs))

    def off(self, fault: Fault | None = None) -> None:
        self._told(self.web.delete(f"{self.url}/phone/faults" + (f"/{fault}" if fault else "")))

    def on(self) -> dict[str, int | None]:
        """What is on, and how many each will still strike."""
        listed = self._told(self.web.get(f"{self.url}/phone/faults"))["faults"]
        return {one["name"]: one["on"]["left"] for one in listed if one["on"]}

    def _told(self, answer: requests.Response) -> dict[str, Any]:
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told
