"""Who may do what on the patient and appointment screens: each role the least it needs."""

from app.web.access import Role

READS: tuple[Role, ...] = ("nurse", "front_desk", "manager", "auditor")
CHANGES: tuple[Role, ...] = ("front_desk", "manager")
REACHES: tuple[Role, ...] = ("nurse", "front_desk", "manager")
"""Who may change how a patient is reached: her language and her numbers."""
