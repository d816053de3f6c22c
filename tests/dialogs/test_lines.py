"""A fault is told with the line that it stands in, as an editor counts them."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli.dialogs import dialogs
from app.library import versions
from dialogs.engine.files import read_folder
from dialogs.engine.lines import line_of, with_lines
from dialogs.engine.model import DialogFaults, Fault
from dialogs.engine.parse import parse_dialog
from tests.dialogs.shipped import BODIES
from tests.dialogs.test_museum import FILES, _faults


@pytest.mark.parametrize(
    ("file", "path", "line"),
    [
        ("confirm", "start", 'start = "ask"'),
        ("confirm", "ask", "[states.ask]"),
        ("confirm", "ask › es", "say.es = "),
        ("confirm", "ask › speak › es", "speak.es = "),
        ("confirm", "ask › silence › after", "silence = "),
        ("confirm", "ask › choice 2", "[[states.ask.choices]]"),
        ("confirm", "ask › choice 2 › es", 'label.es = "pedir otra fecha u hora"'),
        ("confirm", "confirmed › ends", 'ends = "confirmed"'),
        ("callback", "ask › answer", "answer = "),
        ("callback", "ask › choice 4 › also", 'also = ["decline"]'),
        ("_always", "crisis › es", 'es = "{practice}: Puede hablar con alguien'),
    ],
)
def test_an_address_leads_to_its_line(file: str, path: str, line: str) -> None:
    number = line_of(BODIES[file], path.split(" › "))
    assert number is not None
    assert BODIES[file].splitlines()[number - 1].startswith(line)


def test_the_second_choice_is_not_the_first() -> None:
    first, second = (line_of(BODIES["confirm"], ("ask", f"choice {number}")) for number in (1, 2))
    assert first is not None
    assert second is not None
    assert first < second


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_fault_of_the_museum_has_a_line(path: Path) -> None:
    """But for what is missing, which stands nowhere, and what the reader of TOML says, which names its line itself."""
    body = path.read_text(encoding="utf-8")
    for fault in with_lines(_faults(path, body), {"broken": body, "_always": body}):
        missing = fault.id in ("D01", "D03", "D27")
        assert missing or "(line " in fault.address, fault
        assert fault.id != "D01" or "at line " in fault.sentence, fault


@pytest.mark.parametrize(
    ("body", "line"),
    [("\n\na = " + "[" * 50_000, 3), ("\nx = 1" + "0" * 5000, 2), ("a = 1\n\nb = [", 3), ("a = 1\nb", 2), ('"""', 1)],
)
def test_damage_of_any_kind_has_a_line(body: str, line: int) -> None:
    with pytest.raises(DialogFaults, match=rf"at line {line}\b"):
        parse_dialog("confirm", body)


def test_a_file_that_is_missing_has_none() -> None:
    fault = Fault("D01", "dialogs/_always.toml", "this file is missing; please put it back.")
    assert with_lines([fault], {}) == [fault]


def test_huge_files_and_what_is_no_file_are_refused_unread_with_all_other_faults(tmp_path: Path) -> None:
    (tmp_path / "huge.toml").write_bytes(b"#" * 10_000_000)
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "gone.toml").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "strange.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DialogFaults) as refused:
        read_folder(tmp_path)
    said = {fault.address: fault.sentence for fault in refused.value.faults}
    assert said["dialogs/huge.toml"].startswith("this file is longer than 100,000 letters; please split")
    assert said["dialogs/strange.toml"].startswith("this file cannot be read as text; please save it")
    for name in ("folder", "gone", "pipe"):
        assert said[f"dialogs/{name}.toml"] == "this is no file; please put it somewhere else."


def test_who_checks_and_who_activates_read_the_same_faults_all_of_them_with_their_lines(tmp_path: Path) -> None:
    """Damaged cadences hide no fault of a dialog."""
    for name, body in {**BODIES, "cadences": "[confirm.any]\nsteps = 1\n"}.items():
        (tmp_path / f"{name}.toml").write_text(body.replace("Gracias por sus respuestas", "No se preocupe"), "utf-8")
    number = line_of(BODIES["post_visit_checkin_24h"], ("well", "es"))
    with pytest.raises(DialogFaults) as refused:
        versions.prove(tmp_path)
    faults = [str(fault) for fault in refused.value.faults]
    assert any(f"checkin_24h.toml › well › es (line {number}): “No se preocupe” reassures" in each for each in faults)
    assert any("dialogs/cadences.toml › confirm" in each and "(line " in each for each in faults)
    shown = CliRunner().invoke(dialogs, ["check", str(tmp_path)]).stdout.splitlines()
    assert [line for line in shown if not line.startswith("    for example")][:-1] == faults
