"""No other site's page can act for somebody who is signed in (H69)."""

import pytest
from flask import Flask

from app import db
from app.web import accounts
from app.web.access import declared
from tests.web.browsing import PASSWORD, Browser, browser
from tests.web.test_access import some_path


@pytest.fixture
def nora(web: Flask) -> Browser:
    with db.transaction("tests.add_nora") as session:
        accounts.add(session, "nora", "Nora", "nurse", PASSWORD)
        accounts.add(session, "mia", "Mia", "manager", PASSWORD)
    at_desk = browser(web)
    assert at_desk.signs_in("nora").status_code == 303
    return at_desk


def unsafe_routes(web: Flask) -> list[str]:
    """Every address that takes a POST from staff."""
    return [
        some_path(rule)
        for rule in web.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and (access := declared(web.view_functions[rule.endpoint])) is not None
        and access.kind == "staff"
    ]


@pytest.mark.slow
def test_without_the_token_or_with_another_persons_nothing_goes(web: Flask, nora: Browser) -> None:
    mia = browser(web)
    mia.signs_in("mia")
    tokens = ["", "x", mia.csrf(), nora.csrf()[:-1], "é" * 43]
    routes = unsafe_routes(web)
    assert len(routes) > 8
    for path in routes:
        for token in tokens:
            assert nora.client.post(path, data={"csrf": token}).status_code == 403, (path, token)
    assert nora.get("/desk/nurses").status_code == 200, "still signed in"


@pytest.mark.slow
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "https://localhost"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    ],
)
def test_another_sites_page_is_refused_even_with_the_token(web: Flask, nora: Browser, headers: dict[str, str]) -> None:
    token = nora.csrf()
    for path in [*unsafe_routes(web), "/sign-in"]:
        answer = nora.client.post(path, data={"csrf": token}, headers=headers)
        assert answer.status_code == 403, (path, headers)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_our_own_page_is_let_in(nora: Browser, headers: dict[str, str]) -> None:
    assert nora.posts("/still-here", headers=headers).status_code == 204
    by_header = nora.client.post("/still-here", headers={**headers, "X-CSRF-Token": nora.csrf()})
    assert by_header.status_code == 204


def test_nothing_changes_by_reading(web: Flask, nora: Browser) -> None:
    for path in unsafe_routes(web):
        allowed = web.create_url_adapter(None) or web.url_map.bind("localhost")
        if "GET" not in allowed.allowed_methods(path):
            assert nora.get(path).status_code == 405, path
