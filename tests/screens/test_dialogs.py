"""What we say, as staff read it: every dialog in force, in both languages, with its proof and its picture."""

import re
from dataclasses import replace

from sqlalchemy import select

from app import db
from app.models.records import LibraryVersion
from app.screens.dialogs import ABOUTS
from app.screens.graph import HIGH, WIDE, drawn
from dialogs.engine.check import RULES
from dialogs.engine.files import parse_all, read_folder
from dialogs.engine.model import CALL, edges
from dialogs.engine.vocabulary import ABOUT
from tests.house import House
from tests.screens.desk import Browser, one_database

DIALOGS, _ALWAYS = parse_all(read_folder())


@one_database
def test_every_dialog_is_shown_in_both_languages_with_its_proof(nurse: Browser) -> None:
    assert 'href="/dialogs"' in nurse.opens("/appointments")
    page = nurse.opens("/dialogs")
    shown = re.findall(r"/dialogs/(\d+)\"", page) or re.findall(r"/dialogs/(\d+)", page)
    assert len(set(shown)) == len(DIALOGS)
    for each in DIALOGS.values():
        assert each.title in page
    assert f"No fault by {len(RULES)} rules" in page
    for version in sorted(set(shown)):
        one = nurse.opens(f"/dialogs/{version}")
        assert "Proved: no fault by" in one
        begins = ("Ana", "Please answer", "Choose by", "We have", "Your visit")
        assert any(f"Lakeside Clinic: {words}" in one for words in begins)
        assert "Responda 1 para" in one
        assert "<svg" in one
        assert "style=" not in one, "the policy forbids it"
    assert set(ABOUTS) == set(ABOUT)


@one_database
def test_an_unreadable_version_and_a_foreign_row_are_not_a_fault_of_the_page(house: House, nurse: Browser) -> None:
    with db.transaction("tests.unreadable") as session:
        row = LibraryVersion(
            kind="dialog", name="callback", version=9, sha256="-", body="say = <b>", reviewer="nobody",
            activated_at=house.clock(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        fixed = session.scalars(select(LibraryVersion.id).where(LibraryVersion.kind == "always")).first()
    page = nurse.opens(f"/dialogs/{row.id}")
    assert "cannot be read by the Handrail that runs now" in page
    assert '<b>"' not in page
    nurse.opens(f"/dialogs/{fixed}", 404)
    nurse.opens("/dialogs/999999", 404)
    assert "A call that we owe" in nurse.opens("/dialogs"), "the version before it serves"


def test_every_way_of_every_dialog_is_drawn_and_no_box_lies_on_another() -> None:
    for dialog in DIALOGS.values():
        branches = drawn(dialog)
        shown = {(branch.box.name, way.to.name) for branch in branches for way in branch.ways}
        assert shown == {(_worded(edge.state), _worded(edge.to)) for edge in edges(dialog)}, dialog.name
        for branch in branches:
            for at, way in enumerate(branch.ways):
                assert way.to.x >= branch.box.x + WIDE
                assert way.to.y + HIGH <= branch.height
                assert all(other.to.y - way.to.y >= HIGH for other in branch.ways[at + 1 :])


def test_a_way_that_leads_nowhere_is_left_out_of_the_picture() -> None:
    broken = replace(DIALOGS["callback"], states={"ask": DIALOGS["callback"].states["ask"]})
    assert [(branch.box.name, branch.ways) for branch in drawn(broken)] == [("ask", ())]


def _worded(name: str) -> str:
    return name.removeprefix(CALL).replace("_", " ")
