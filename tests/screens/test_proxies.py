"""Who may speak for a patient: noted with what they may hear, shown where people answer, ended, and recorded (H31)."""

import pytest

from app.models.proxies import Proxy
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Person, patient
from tests.screens.desk import Browser, words_of

pytestmark = pytest.mark.of_pages

CARLA = {"name": "Carla <b>López</b>", "relation": "daughter", "phone": "(202) 555-0188", "may_hear": "visits"}


def test_a_proxy_is_noted_shown_beside_the_item_and_ended(
    house: House, nurse: Browser, front_desk: Browser, auditor: Browser, ana: Person
) -> None:
    address = f"/patients/{ana.patient_id}/proxies"
    for field, typed, sentence in (
        ("name", " ", "Please type the name"), ("relation", "x" * 41, "how they are related, in up to 40"),
        ("phone", "12", "too few or too many digits"), ("may_hear", "secrets", "choose what this person may hear"),
    ):  # fmt: skip
        refused = front_desk.sends(address, 422, **{**CARLA, field: typed})
        assert sentence in words_of(refused)
        assert f'id="{field}-problem"' in refused
        assert "Carla &lt;b&gt;" in refused or field == "name"
    auditor.sends(address, 403, **CARLA)
    for _ in range(2):  # a double click
        front_desk.sends(address, **CARLA)
    [noted] = house.rows(Proxy)
    told = "Carla <b>López</b> , daughter · (202) 555-0188 may hear when and where visits are"
    assert told in words_of(auditor.opens(f"/patients/{ana.patient_id}"))

    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse will read your message")
    [item] = house.rows(DeskItem)
    beside = words_of(nurse.opens(f"/desk/items/{item.id}"))
    assert "May also hear Carla <b>López</b>, daughter, (202) 555-0188: when and where visits are" in beside

    rosa = patient(house, "Rosa Díaz", "+12025550102")
    front_desk.sends(f"/patients/{rosa.patient_id}/proxies/{noted.id}/end", 404)
    front_desk.sends(f"{address}/{noted.id}/end")
    front_desk.sends(f"{address}/{noted.id}/end", 404)
    shown = words_of(nurse.opens(f"/patients/{ana.patient_id}"))
    assert told not in shown
    assert "Fran noted who may speak for the patient, and may hear when and where visits are" in shown
    assert "Fran noted that this person speaks for the patient no more" in shown
    assert "May also hear" not in words_of(nurse.opens(f"/desk/items/{item.id}"))
