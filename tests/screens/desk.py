"""A browser without a screen: a signed-in member of staff at the web application, and what its pages say."""

import html
import re
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import db
from app.models.staff import SignIn
from app.web import sign_ins
from tests.house import House
from tests.people import colleague

one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For tests of what forms refuse, which no database takes part in."""


@dataclass
class Browser:
    """Signed in as one person; forms carry her token."""

    client: FlaskClient
    csrf: str
    staff_id: int

    def opens(self, path: str, code: int = 200) -> str:
        return self._text(self.client.get(path), code)

    def sends(self, path: str, code: int = 303, /, **fields: object) -> str:
        """Send a form. Returns the page, or where it leads to."""
        form = {name: str(value) for name, value in fields.items()}
        answer = self.client.post(path, data={"csrf": self.csrf, **form})
        if code == 303:
            self._text(answer, code)
            return answer.headers["Location"]
        return self._text(answer, code)

    @staticmethod
    def _text(answer: TestResponse, code: int) -> str:
        assert answer.status_code == code, (answer.status_code, answer.get_data(as_text=True)[:2000])
        return answer.get_data(as_text=True)


def signed_in(house: House, name: str, role: str) -> Browser:
    """A new member of staff, signed in."""
    return signed_in_again(house, colleague(house, name, role).id)


def signed_in_again(house: House, staff_id: int) -> Browser:
    """The same, once so much time has gone by that the sign-in before is over."""
    with db.transaction("tests.sign_in") as session:
        token = sign_ins.begin(session, staff_id)
    with db.reading("tests.csrf") as session:
        hers = select(SignIn.csrf_token).where(SignIn.staff_id == staff_id).order_by(SignIn.id.desc())
        csrf = session.scalars(hers.limit(1)).one()
    client = house.app.test_client()
    client.set_cookie(sign_ins.cookie_name(), token)
    return Browser(client, csrf, staff_id)


def words_of(page: str) -> str:
    """What a person reads on a page, in one line."""
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", page, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())
