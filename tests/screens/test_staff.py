"""Accounts on a screen: who keeps them, what each act does at once, and that nobody locks everybody out (H35, P12)."""

import threading

import pytest
from sqlalchemy import func, select

from app import db
from app.models.records import Entry
from app.models.staff import KEEPERS, Staff
from app.web import accounts
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Person, colleague
from tests.screens.desk import Browser, one_database, signed_in, words_of
from tests.web.browsing import browser

pytestmark = pytest.mark.of_pages
NELL = {"name": "Nell Ortiz", "username": "nell", "role": "nurse"}
CHOSEN = "four words nobody else knows"


def _password(page: str) -> str:
    return page[page.index("<code>") + 6 : page.index("</code>")]


def _told(house: House, staff_id: int) -> list[tuple[str, str]]:
    with db.reading("tests.told") as session:
        own = select(Entry.kind, Entry.actor).where(Entry.stream == f"staff:{staff_id}", Entry.kind.like("staff%"))
        return [(kind, actor) for kind, actor in session.execute(own.order_by(Entry.position))]


def test_a_manager_adds_a_nurse_who_chooses_her_own_password_before_all_else(house: House, manager: Browser) -> None:
    password = _password(manager.sends("/staff", 200, **NELL))
    nell = browser(house.app)
    assert nell.signs_in("nell", password).status_code == 303
    for path in ("/desk/nurses", "/patients", "/here", "/"):
        assert nell.get(path).headers["Location"] == "/account", path
    assert nell.get("/here", **{"HX-Request": "true"}).headers["HX-Redirect"] == "/account"
    form = nell.hidden_fields("/account", "/account/password")
    choice = {"password": password, "new_password": CHOSEN, "again": CHOSEN}
    for wrong, sentence in (
        ({"password": "not the one that was given"}, "not your password"), ({"again": "x" * 20}, "not the same"),
        ({"new_password": "short", "again": "short"}, "between 15"),
        ({"new_password": password, "again": password}, "have now"),
    ):  # fmt: skip
        refused = nell.posts("/account/password", None, csrf=form["csrf"], **{**choice, **wrong})
        assert (refused.status_code, sentence in refused.text) == (422, True)
    assert nell.posts("/account/password", None, csrf=form["csrf"], **choice).status_code == 303
    assert nell.get("/desk/nurses").status_code == 200
    assert browser(house.app).signs_in("nell", password).status_code == 401
    (person,) = house.rows(Staff, Staff.username == "nell")
    assert _told(house, person.id) == [("staff_added", f"staff:{manager.staff_id}")]
    page = words_of(manager.opens(f"/staff/{person.id}"))
    assert "Mia made the account: Nurse" in page
    assert "Nell Ortiz chose a new password" in page


def test_who_is_shut_out_is_out_at_once_and_her_items_are_free(house: House, manager: Browser, ana: Person) -> None:
    nora = signed_in(house, "Nora", "nurse")
    ana.texts("my knee is swollen")
    ana.reads("A nurse")
    nora.sends("/desk/items/1/claim")
    manager.sends(f"/staff/{nora.staff_id}/disable")
    assert nora.client.get("/desk/nurses").headers["Location"] == "/sign-in?next=/desk/nurses"
    house.passes(seconds=1)
    assert house.rows(DeskItem)[0].state == "open"
    assert _told(house, nora.staff_id) == [("staff_disabled", f"staff:{manager.staff_id}")]
    manager.sends(f"/staff/{nora.staff_id}/disable")
    assert len(_told(house, nora.staff_id)) == 1
    password = _password(manager.sends(f"/staff/{nora.staff_id}/reset", 200))
    assert browser(house.app).signs_in("nora", password).status_code == 303


def test_another_role_counts_from_the_next_page_on(house: House, manager: Browser) -> None:
    nora = signed_in(house, "Nora", "nurse")
    manager.sends(f"/staff/{nora.staff_id}/role", role="front_desk")
    assert nora.client.get("/desk/nurses").status_code == 303
    (row,) = house.rows(Staff, Staff.id == nora.staff_id)
    assert row.role == "front_desk"
    assert "Mia changed the role: Front desk" in words_of(manager.opens(f"/staff/{nora.staff_id}"))
    assert "Please choose a role" in manager.sends(f"/staff/{nora.staff_id}/role", 422, role="surgeon")


@one_database
def test_nobody_touches_her_own_account_and_only_admins_an_admins(house: House, manager: Browser) -> None:
    admin = signed_in(house, "Ada", "admin")
    mia = manager.staff_id
    for act in ("disable", "role", "reset"):
        assert "This is your own account" in manager.sends(f"/staff/{mia}/{act}", 422, role="nurse")
        assert "Only an admin" in manager.sends(f"/staff/{admin.staff_id}/{act}", 422, role="nurse")
    nora = colleague(house, "Nora", "nurse")
    assert "Only an admin" in manager.sends(f"/staff/{nora.id}/role", 422, role="admin")
    assert "Only an admin" in manager.sends("/staff", 422, **{**NELL, "role": "admin"})
    admin.sends(f"/staff/{mia}/role", role="admin")
    for refused, sentence in (
        ({"username": "1"}, "A username has"), ({"name": " "}, "A name has"),
        ({"username": "nora"}, "There is an account"), ({"role": ""}, "The role must be"),
    ):  # fmt: skip
        assert sentence in words_of(admin.sends("/staff", 422, **{**NELL, **refused}))
    assert [row.username for row in house.rows(Staff)] == ["mia", "ada", "nora"]


@one_database
def test_an_admin_sees_accounts_and_no_patient(house: House) -> None:
    admin = signed_in(house, "Ada", "admin")
    assert admin.client.get("/").headers["Location"] == "/staff"
    for path in ("/desk/nurses", "/desk/front-desk", "/patients", "/appointments", "/on-call"):
        assert admin.client.get(path).status_code == 403, path
    assert 'href="/desk' not in admin.opens("/staff")


@one_database
def test_an_auditor_reads_and_is_offered_nothing(house: House, auditor: Browser, manager: Browser) -> None:
    assert "Add somebody" not in auditor.opens("/staff")
    assert "<form" not in auditor.opens(f"/staff/{manager.staff_id}").partition('id="main"')[2].partition("</main>")[0]
    assert "staff:" not in words_of(auditor.opens(f"/staff/{manager.staff_id}"))


def test_of_two_who_shut_each_other_out_at_once_one_remains(house: House) -> None:
    for time in range(6):
        pair = [colleague(house, f"{name}{time}", role).id for name, role in (("mia", "manager"), ("ada", "admin"))]
        names = [f"mia{time}", f"ada{time}"]
        gate = threading.Barrier(2)

        def shut(other: str, by: int, gate: threading.Barrier = gate) -> None:
            gate.wait()
            while True:
                try:
                    with db.transaction("tests.shut") as session:
                        accounts.disable(session, other, by=by)
                except accounts.AccountRefused:
                    return
                except db.DATABASE_AWAY:  # too slow a machine: she presses again
                    continue
                return

        both = [threading.Thread(target=shut, args=(names[1 - at], pair[at])) for at in range(2)]
        for each in both:
            each.start()
        for each in both:
            each.join()
        with db.reading("tests.keepers") as session:
            left = select(func.count()).where(Staff.role.in_(KEEPERS), Staff.disabled_at.is_(None), Staff.id.in_(pair))
            assert session.scalar(left) == 1
