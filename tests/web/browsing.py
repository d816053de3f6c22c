"""A member of staff at a browser, without the browser: keeps the cookie, and sends forms as the pages write them."""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import clock, db
from app.models.staff import Staff
from app.web import accounts, sign_ins
from tests.house import House

PASSWORD = "a long enough password"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@dataclass
class Browser:
    """One browser; `as_page` says what a browser adds when one of our own pages asks."""

    client: FlaskClient
    staff_id: int = 0
    token: str = ""

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers=headers)

    def page(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status}"
        return answer.text

    def signs_in(self, username: str, password: str = PASSWORD, **more: str) -> TestResponse:
        self.token = ""
        return self.client.post("/sign-in", data={"username": username, "password": password, **more})

    def csrf(self) -> str:
        """The token of this sign-in, which every form of its pages carries."""
        self.token = self.token or self.hidden("/", "csrf")
        return self.token

    def hidden(self, path: str, name: str, form: str = "") -> str:
        """The value of a hidden field on the page at `path`, inside the form whose action ends with `form`."""
        return self.hidden_fields(path, form)[name]

    def hidden_fields(self, path: str, form: str = "") -> dict[str, str]:
        """The same, for every one of them."""
        text = self.client.get(path, follow_redirects=True).text
        if form:
            text = text[text.index(f'{form}"') :]
        return {name: unescape(value) for name, value in reversed(HIDDEN.findall(text))}

    def posts(self, path: str, headers: dict[str, str] | None = None, **data: object) -> TestResponse:
        """Send a form of ours, with this sign-in's token unless `csrf` is given."""
        if "csrf" not in data:
            data["csrf"] = self.csrf()
        return self.client.post(path, data=data, headers=headers)


def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


def account(house: House, username: str, role: str, name: str | None = None) -> int:
    """A colleague who can sign in with PASSWORD."""
    with db.transaction("tests.account") as session:
        return accounts.add(session, username, name or username.capitalize(), role, PASSWORD)


def signed_in(house: House, username: str, role: str, name: str | None = None) -> Browser:
    """A colleague at the desk. She did not type a password: hashing it twice would be half of many a test."""
    with db.transaction("tests.staff") as session:
        person = Staff(
            username=username, name=name or username.capitalize(), role=role, password_hash="-", created_at=clock.now()
        )
        session.add(person)
        session.flush()
    return signed_in_again(house, person.id)


def signed_in_again(house: House, staff_id: int) -> Browser:
    """The same colleague at another browser."""
    at_desk = browser(house.app)
    at_desk.staff_id = staff_id
    with db.transaction("tests.signed_in") as session:
        at_desk.client.set_cookie(sign_ins.cookie_name(), sign_ins.begin(session, staff_id))
    return at_desk


def path_of(answer: TestResponse) -> str:
    return urlsplit(answer.headers["Location"]).path
