"""While the carrier's token is rotated, both count on both ways, and no text is lost or said twice (H74)."""

import pytest

from app import settings
from app.messaging.gateway import Gateway
from escalation_desk.models import DeskItem
from tests.doors.twilio import post, signature, text_form
from tests.house import TOKEN, House, house_settings
from tests.people import ANAS, Person
from tests.sending.outbox import accepted, row, write

NEXT = "the token that is promoted in a moment"


def rotating(house: House, tokens: str) -> None:
    """Every process of the house starts again with these tokens."""
    both = house_settings(TWILIO_AUTH_TOKEN=tokens).twilio_auth_token
    house.settings = house.settings.model_copy(update={"twilio_auth_token": both})
    house.settings.__dict__.pop("auth_tokens", None)  # what a copy remembers of the one before
    settings.use(house.settings)
    house.gateway = Gateway(house.settings)


@pytest.mark.parametrize("tokens", [f"{NEXT},{TOKEN}", f"{TOKEN},{NEXT}"])
def test_sending_goes_on_whichever_token_opens(house: House, ana: Person, tokens: str) -> None:
    """TWILIO 2.4: the next token is known before it is promoted; from that moment the old one opens nothing."""
    rotating(house, tokens)
    for number, opens in enumerate([TOKEN, TOKEN, NEXT, NEXT]):
        house.carrier.account.auth_token = opens
        sent = write(house, ANAS, "reply", f"text {number}")
        house.work()
        assert row(sent).attempts == 1
        ana.reads(f"text {number}")
    assert accepted(house) == [f"text {number}" for number in range(4)]


def test_when_neither_opens_the_text_is_refused_and_a_person_has_it(house: House, ana: Person) -> None:
    rotating(house, "a wrong one,another wrong one")
    sent = write(house, ANAS, "reply")
    house.work()
    assert (row(sent).state, row(sent).error_code) == ("failed", "20003")
    assert accepted(house) == []
    assert [item.reason for item in house.rows(DeskItem)] == ["not_delivered_configuration"]


def test_an_api_key_has_nothing_to_do_with_the_tokens(house: House, ana: Person) -> None:
    house.carrier.account.api_keys = {"SK1": "its secret"}
    keyed = house_settings(TWILIO_API_KEY="SK1", TWILIO_API_SECRET="its secret")
    changed = {"twilio_api_key": keyed.twilio_api_key, "twilio_api_secret": keyed.twilio_api_secret}
    house.settings = house.settings.model_copy(update=changed)
    rotating(house, NEXT)
    write(house, ANAS, "reply")
    house.work()
    ana.reads("Hello")


def test_texts_signed_with_either_token_are_taken_in(house: House, ana: Person) -> None:
    rotating(house, f"{NEXT},{TOKEN}")
    for token in (TOKEN, NEXT):
        form = text_form("my chest hurts")
        signed = signature(house.door.url + "/twilio/sms", form.items(), token)
        assert post(house, form, signed=signed).status == 200
        house.work()
        ana.reads("911")
