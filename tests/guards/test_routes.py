"""Who may come in by which door, over the whole map of addresses (P12); tests/web/test_access.py walks through them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app import create_app, db, settings
from app.models.staff import ROLES
from app.web.access import Access, declared
from tests.house import house_settings

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Flask]:
    """The whole application, every door open, never asked anything."""
    yield create_app(house_settings(DATABASE_URL=f"sqlite:///{tmp_path}/nobody-asks.db"))
    db.stop()
    settings.use(None)


def test_what_twilio_calls_is_signed_and_takes_posts_only(web: Flask) -> None:
    signed = [rule for rule, access in _declared(web) if access is not None and access.kind == "signed"]
    assert signed
    assert {(rule.rule.startswith("/twilio/"), *(rule.methods or ())) for rule in signed} == {(True, "POST")}


def test_staff_routes_name_roles_that_exist(web: Flask) -> None:
    staff = [(rule.rule, access.roles) for rule, access in _declared(web) if access and access.kind == "staff"]
    assert len(staff) > 10
    for address, roles in staff:
        assert roles, address
        assert roles <= set(ROLES), address


def test_an_auditor_changes_nothing(web: Flask) -> None:
    """Her posts look after her own sign-in, say that she is still there, search (names and words belong in no
    address), and take a copy, of which the record tells."""
    changes = {
        r.rule for r, access in _declared(web) if access and "auditor" in access.roles and UNSAFE & (r.methods or set())
    }
    assert changes == {
        "/sign-out",
        "/still-here",
        "/account/password",
        "/account/second-factor",
        "/second-step",
        "/patients",
        "/patients/<int:patient_id>/copy",
        "/desk/search",
        "/lists",
    }


def test_addresses_carry_ids_only(web: Flask) -> None:
    """P11: nothing of a person stands in an address."""
    for rule in web.url_map.iter_rules():
        kinds = {name: type(converter).__name__ for name, converter in rule._converters.items()}
        if not rule.rule.startswith("/static/"):
            assert set(kinds.values()) <= {"IntegerConverter", "AnyConverter"}, rule.rule


def _declared(web: Flask) -> list[tuple[Rule, Access | None]]:
    return [(rule, declared(web.view_functions[rule.endpoint])) for rule in web.url_map.iter_rules()]
