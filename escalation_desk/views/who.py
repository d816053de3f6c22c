"""Who may see and do what on the desk: each role the least it needs (P11)."""

from flask import abort

from app.web.access import Role
from escalation_desk.items import ListName
from escalation_desk.models import DeskItem

EVERYBODY: tuple[Role, ...] = ("nurse", "front_desk", "manager", "auditor")
WHO_ACTS: tuple[Role, ...] = ("nurse", "front_desk", "manager")
WHO_SEES_NURSES: tuple[Role, ...] = ("nurse", "manager", "auditor")
WHO_BOOKS: tuple[Role, ...] = ("front_desk", "manager")
"""Who may move or cancel an appointment, as app.screens.roles says."""

SEES: dict[str, frozenset[str]] = {
    "nurses": frozenset(WHO_SEES_NURSES),
    "front_desk": frozenset(EVERYBODY),
}
ACTS: dict[str, frozenset[str]] = {
    "nurses": frozenset({"nurse"}),
    "front_desk": frozenset(WHO_ACTS),
}


def may_see(role: str, list_name: str) -> bool:
    return role in SEES[list_name]


def may_act(role: str, list_name: str) -> bool:
    return role in ACTS[list_name]


def own_list(role: str) -> ListName:
    """The list on which this person's own matters stand."""
    return "nurses" if role in ACTS["nurses"] else "front_desk"


def check_sees(role: str, item: DeskItem | None) -> DeskItem:
    """The item; 404 when there is none, and the same when it is not for this role."""
    if item is None or not may_see(role, item.list):
        abort(404)
    return item


def check_acts(role: str, item: DeskItem | None) -> DeskItem:
    """The item; 404 when this role does not see it, 403 when it may only look."""
    found = check_sees(role, item)
    if not may_act(role, found.list):
        abort(403)
    return found
