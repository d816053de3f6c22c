"""`handrail dialogs check` and `handrail talk`, as typed at a terminal."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli.dialogs import dialogs
from app.cli.talk import talk
from dialogs.engine.conversations import read_conversations
from dialogs.engine.files import BESIDE_THE_ENGINE
from tests.dialogs.shipped import DIALOGS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in BESIDE_THE_ENGINE.glob("*.toml"):
        shutil.copy(path, tmp_path)
    return tmp_path


def _change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    body = path.read_text(encoding="utf-8")
    assert old in body
    path.write_text(body.replace(old, new), encoding="utf-8")


def test_sound_dialogs_pass() -> None:
    result = CliRunner().invoke(dialogs, ["check"])
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{len(DIALOGS)} dialogs and ")
    assert result.stdout.endswith(" texts: no fault found.\n")


def test_the_cost_of_each_text_is_shown() -> None:
    result = CliRunner().invoke(dialogs, ["check", "--cost"])
    assert "dialogs/confirm.toml › ask › en: usually 1 (GSM-7, 144 long), at most " in result.output


def test_faults_are_sentences_and_the_exit_says_so(folder: Path) -> None:
    _change(folder, "confirm.toml", 'silence = { after = "23h", goes = "silent" }', "")
    _change(folder, "_always.toml", "[crisis]", "[crises]")
    result = CliRunner().invoke(dialogs, ["check", str(folder)])
    assert result.exit_code == 1
    assert (
        "D08 dialogs/confirm.toml › ask (line 8): nothing is said about a patient who does not answer" in result.output
    )
    assert "    for example: it begins · and is at “ask”\n" in result.output
    assert "D27 dialogs/_always.toml › crisis: this text is missing" in result.output
    assert result.output.endswith("these dialogs may not run.\n")


def test_a_file_that_is_not_text_is_a_fault(folder: Path) -> None:
    (folder / "strange.toml").write_bytes(b"\xff\xfe\x00")
    result = CliRunner().invoke(dialogs, ["check", str(folder)])
    assert result.exit_code == 1
    assert "D01 dialogs/strange.toml: this file cannot be read as text" in result.output


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    result = CliRunner().invoke(dialogs, ["check"], env={"DIALOGS_DIR": str(tmp_path)})
    assert result.exit_code == 1
    assert "D01 dialogs/_always.toml: this file is missing" in result.output


def test_a_talk_in_spanish_is_played_and_saved(tmp_path: Path) -> None:
    saved = tmp_path / "talk.txt"
    result = CliRunner().invoke(talk, ["confirm", "--lang", "es"], input=f"1\n/save {saved}\n/quit\n")
    assert result.exit_code == 0, result.output
    assert "clinic: Lakeside Clinic: Rosa, su cita es el martes" in result.output
    assert "* confirm_appointment: done" in result.output
    (conversation,) = read_conversations(saved.read_text(encoding="utf-8"))
    assert conversation.lines[1] == "patient: 1"
    assert conversation.lines[-1] == "* ends: confirmed"


def test_a_talk_is_played_as_a_call() -> None:
    result = CliRunner().invoke(talk, ["reschedule", "--voice", "--lang", "es"], input="3\n2\n")
    assert "Para venir cuando sea, oprima el 1. " in result.output
    assert "escriba" not in result.output, "nobody can write on a call"
    assert "* days: Thursday or Friday\n" in result.output
    assert "* ends: asked_for_another_time" in result.output


def test_on_a_call_the_fixed_texts_are_worded_for_the_ear() -> None:
    result = CliRunner().invoke(talk, ["confirm", "--voice"], input="my chest hurts\n")
    assert "hang up and call 911 now. Do not wait for a call from us. A nurse will read what you said." in result.output
    assert "wait for a text" not in result.output


def test_the_insurance_and_the_waiting_list_have_no_gender(folder: Path) -> None:
    _change(folder, "callback.toml", "¿Cuándo podemos llamarle?", "¿Tiene seguro? Hay lista.")
    assert CliRunner().invoke(dialogs, ["check", str(folder)]).exit_code == 0
    _change(folder, "callback.toml", "¿Tiene seguro? Hay lista.", "¿Está seguro?")
    assert "“seguro” may not fit a man or a woman" in CliRunner().invoke(dialogs, ["check", str(folder)]).output


def test_a_talk_ends_in_silence() -> None:
    result = CliRunner().invoke(talk, ["confirm"], input="/wait\n/wait\n")
    assert "-- 23h --\n* ends: unanswered\n" in result.output
    assert "there is nothing to wait for" in result.output


def test_in_a_talk_that_the_nurses_have_nothing_acts_as_live() -> None:
    result = CliRunner().invoke(talk, ["confirm"], input="yes but my chest hurts\n2\n/wait\n")
    assert "* to the nurses; the talk stands still" in result.output
    assert "who have the talk; nothing is done by itself" in result.output
    assert "its timers stand still" in result.output
    assert "ask_for_another_time" not in result.output
    assert "ends:" not in result.output


def test_a_mistyped_command_is_not_taken_for_words() -> None:
    result = CliRunner().invoke(talk, ["confirm"], input="/wiat\n/quit\n")
    assert "There is no command /wiat." in result.output
    assert "/wait lets the silence pass" in result.output.split("/wiat.")[1]


def test_a_talk_nobody_wrote_is_refused() -> None:
    result = CliRunner().invoke(talk, ["horoscope"])
    assert result.exit_code == 1
    assert "There is no dialog “horoscope”. There are: book_follow_up, callback, confirm, " in result.output


@pytest.mark.parametrize("typed", ["/save", "/save /nowhere/at/all"])
def test_a_transcript_that_cannot_be_saved_says_so(typed: str) -> None:
    result = CliRunner().invoke(talk, ["confirm"], input=f"{typed}\n/quit\n")
    assert "Please name a file" in result.output or "cannot be written" in result.output


def test_a_new_dialog_is_sound_from_its_first_line(folder: Path) -> None:
    begun = CliRunner().invoke(dialogs, ["new", "insurance_card", str(folder)])
    assert begun.exit_code == 0, begun.output
    assert "Wrote" in begun.output
    assert CliRunner().invoke(dialogs, ["check", str(folder)]).stdout.startswith(f"{len(DIALOGS) + 1} dialogs and ")
    played = CliRunner().invoke(talk, ["insurance_card", "--dir", str(folder)], input="1\n/quit\n")
    assert "* ends: asked_for_call" in played.output
    again = CliRunner().invoke(dialogs, ["new", "insurance_card", str(folder)])
    assert "stands already; please choose another name" in again.output


def test_a_name_that_no_file_can_bear_is_refused(folder: Path) -> None:
    result = CliRunner().invoke(dialogs, ["new", "../Insurance", str(folder)])
    assert result.exit_code == 1
    assert "cannot be a name; please use small letters" in result.output


def test_a_change_is_shown_in_the_conversations_that_it_changes(folder: Path) -> None:
    shutil.copytree(BESIDE_THE_ENGINE / "conversations", folder / "conversations")
    _change(folder, "callback.toml", "no call is needed", "you called already")
    result = CliRunner().invoke(dialogs, ["diff", "--against", str(BESIDE_THE_ENGINE), str(folder)])
    assert result.exit_code == 0, result.output
    assert "callback: changed" in result.output
    assert "callback (en) # Ana names an hour" in result.output
    assert "  +clinic: Lakeside Clinic: Ana, you asked us to call you." in result.output
    assert "(es)" not in result.output
    same = CliRunner().invoke(dialogs, ["diff", "--against", str(folder), str(folder)])
    assert same.stdout == "No conversation changes.\n"
