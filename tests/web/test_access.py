"""Nobody else (P12): every route is declared, and each lets in whom it says."""

import re

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from app import db
from app.models.staff import ROLES, Staff
from app.web import accounts
from app.web.access import declared
from tests.house import ObedientClock
from tests.web.browsing import PASSWORD, Browser, browser, path_of

PUBLIC = {"sign_in.form", "sign_in.sign_in", "static_files.file", "health.healthz", "health.readyz"}
SIGNED = {"sms.sms", "status.status", "voice.voice", "whisper.whisper"}
MACHINES = {"health.metrics"}
IDLE = {"alarm_screen.now"}


def test_every_route_is_declared(web: Flask) -> None:
    undeclared = [endpoint for endpoint, view in web.view_functions.items() if declared(view) is None]
    assert undeclared == []


def test_what_is_public_and_what_is_signed_is_known_by_name(web: Flask) -> None:
    kinds = {endpoint: declared(view) for endpoint, view in web.view_functions.items()}
    assert {endpoint for endpoint, access in kinds.items() if access and access.kind == "public"} == PUBLIC
    assert {endpoint for endpoint, access in kinds.items() if access and access.kind == "signed"} == SIGNED
    assert {endpoint for endpoint, access in kinds.items() if access and access.kind == "machine"} == MACHINES
    assert {endpoint for endpoint, access in kinds.items() if access and access.kind == "idle"} == IDLE


def test_a_route_that_declares_nothing_lets_nobody_in(own_web: Flask) -> None:
    own_web.add_url_rule("/forgotten", "forgotten", lambda: "secret", methods=["GET", "POST"])
    _account("nora", "nurse")
    nora = browser(own_web)
    assert nora.signs_in("nora").status_code == 303
    for answer in (browser(own_web).get("/forgotten"), nora.get("/forgotten"), nora.posts("/forgotten")):
        assert answer.status_code == 403
        assert "secret" not in answer.text


def some_path(rule: Rule) -> str:
    """An address that the rule takes: one of the words that may stand there, and 7 for whatever else is unknown."""
    named = re.sub(r"""<any\(["']?(\w+)[^>]*>""", r"\1", rule.rule)
    return re.sub(r"<[^>]+>", "7", named)


@pytest.mark.long
@pytest.mark.slow
def test_every_staff_route_for_every_role(web: Flask) -> None:
    """The access matrix, made from the URL map: anonymous never, a role as declared."""
    people = {role: _at_desk(web, role) for role in ROLES}
    tokens = {role: at_desk.csrf() for role, at_desk in people.items()}
    stranger, cells = browser(web), 0
    for rule in web.url_map.iter_rules():
        access = declared(web.view_functions[rule.endpoint])
        assert access is not None
        if access.kind != "staff" or rule.endpoint in ("sign_in.sign_out", "live.stream"):
            continue
        path = some_path(rule)
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            assert stranger.client.open(path, method=method).status_code in (303, 401), (method, path)
            for role, at_desk in people.items():
                code = at_desk.client.open(path, method=method, data={"csrf": tokens[role]}).status_code
                assert (code == 403) == (role not in access.roles), (method, path, role, code)
                cells += 1
    assert cells > 40


def test_loading_again_where_a_form_went_leads_back_to_its_page(web: Flask) -> None:
    """After a refusal the address bar shows where the form went; 405 would look like a fault (H45)."""
    posted = {rule.rule for rule in web.url_map.iter_rules() if "POST" in (rule.methods or ())}
    loaded = {rule.rule for rule in web.url_map.iter_rules() if "GET" in (rule.methods or ())}
    machines = {"/twilio/sms", "/twilio/status", "/twilio/voice", "/twilio/whisper"}
    assert posted - loaded == machines | {"/still-here", "/sign-out"}
    nora = _at_desk(web, "nurse")
    for path, page in (("/desk/items/7/close", "/desk/items/7"), ("/patients/7/numbers", "/patients/7"),
                       ("/numbers/7/attach", "/numbers/7")):  # fmt: skip
        assert path_of(nora.get(path)) == page


def test_a_disabled_person_is_out_at_once(web: Flask) -> None:
    nora = _at_desk(web, "nurse")
    assert nora.get("/desk/nurses").status_code == 200
    with db.transaction("tests.disable") as session:
        accounts.disable(session, "nurse")
    assert path_of(nora.get("/desk/nurses")) == "/sign-in"
    assert nora.signs_in("nurse").status_code == 401
    with db.transaction("tests.reset") as session:
        accounts.reset(session, "nurse", PASSWORD)
    assert path_of(nora.get("/desk/nurses")) == "/sign-in", "an old sign-in stays ended"
    assert nora.signs_in("nurse").status_code == 303


def test_the_account_itself_is_asked_on_each_request(web: Flask, now: ObedientClock) -> None:
    nora = _at_desk(web, "nurse")
    with db.transaction("tests.disable_row") as session:
        session.scalars(select(Staff)).one().disabled_at = now()
    assert path_of(nora.get("/desk/nurses")) == "/sign-in"


def test_idle_for_a_quarter_of_an_hour_is_out_and_watching_is_idle(web: Flask, now: ObedientClock) -> None:
    nora = _at_desk(web, "nurse")
    now.passes(minutes=10)
    assert nora.get("/desk/nurses").status_code == 200
    for _ in range(3):
        now.passes(minutes=4)
        assert nora.get("/desk/nurses/rows").status_code == 200
    now.passes(minutes=4)
    refreshed = nora.get(
        "/desk/nurses/rows", **{"HX-Request": "true", "HX-Current-URL": "http://localhost/desk/nurses?x"}
    )
    assert refreshed.status_code == 401
    assert refreshed.headers["HX-Redirect"] == "/sign-in?next=/desk/nurses"


def test_a_touch_counts_as_being_there(web: Flask, now: ObedientClock) -> None:
    nora = _at_desk(web, "nurse")
    token = nora.csrf()
    for _ in range(3):
        now.passes(minutes=14)
        assert nora.client.post("/still-here", headers={"X-CSRF-Token": token}).status_code == 204


@pytest.mark.slow
def test_ten_hours_are_the_longest(web: Flask, now: ObedientClock) -> None:
    nora = _at_desk(web, "nurse")
    for _ in range(59):
        now.passes(minutes=10)
        assert nora.get("/desk/nurses").status_code == 200
    now.passes(minutes=10)
    assert path_of(nora.get("/desk/nurses")) == "/sign-in"


def test_words_typed_after_the_end_come_back(web: Flask, now: ObedientClock) -> None:
    nora = _at_desk(web, "nurse")
    token = nora.csrf()
    now.passes(minutes=16)
    words = "Please call <us> now"
    answer = nora.posts("/desk/items/1/reply", csrf=token, body=words, form="f" * 22, contact_point="1", seen="0")
    assert answer.status_code == 401
    assert "Please call &lt;us&gt; now" in answer.text
    assert "Nothing was sent" in answer.text


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "/sign-out", "/nowhere", ""]
)
def test_nobody_is_sent_elsewhere_after_sign_in(web: Flask, wanted: str) -> None:
    _account("nora", "nurse")
    assert browser(web).signs_in("nora", next=wanted).headers["Location"] == "/"


def test_after_sign_in_back_to_where_one_wanted_to_be(web: Flask) -> None:
    _account("nora", "nurse")
    nora = browser(web)
    assert nora.get("/desk/items/7").headers["Location"] == "/sign-in?next=/desk/items/7"
    assert nora.signs_in("nora", next="/desk/items/7").headers["Location"] == "/desk/items/7"


def _account(username: str, role: str) -> None:
    with db.transaction("tests.account_of_web") as session:
        accounts.add(session, username, username.capitalize(), role, PASSWORD)


def _at_desk(web: Flask, role: str) -> Browser:
    _account(role.replace("_", "-"), role)
    at_desk = browser(web)
    assert at_desk.signs_in(role.replace("_", "-")).status_code == 303
    return at_desk
