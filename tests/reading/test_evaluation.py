"""`handrail eval` from outside, its arithmetic, and the noise it measures under."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli.evaluate import evaluate
from app.cli.noise import damaged
from escalation_desk.evaluation import COLUMNS, BadTable, Share, rows

LINES = (
    "a\ten\tsms\tclinical\temergency\tmy chest hurts\tours",
    "b\tes\tvoice\tclinical\tsymptom\tme duele la cabeza\tours",
    "c\ten\tsms\tadmin\teveryday\tyes\tours",
    "d\ten\tsms\tadmin\topt_out\tplease stop texting me\tours",
    "e\ten\tsms\tclinical\tsymptom\tokay\tothers",
    "f\ten\tsms\tadmin\tpaperwork\tmy fever\tothers",
)


def table(*lines: str) -> str:
    return "\n".join(["\t".join(COLUMNS), *lines]) + "\n"


def run(folder: Path, body: str, *options: str) -> Result:
    file = folder / "messages.tsv"
    file.write_text(body, encoding="utf-8")
    return CliRunner().invoke(evaluate, [str(file), *options])


def test_every_share_is_counted_with_its_bounds_and_the_worst_comes_first(tmp_path: Path) -> None:
    output = run(tmp_path, table(*LINES)).stdout
    shown = re.sub(" +", " ", output)
    assert "that reaches the nurses 66.67 % (2 of 3; 20.77 to 93.85 %)" in shown
    assert "answered as routine (missed) 33.33 % (1 of 3;" in shown
    assert "administrative text to the nurses 33.33 % (1 of 3;" in shown
    assert "wishes to opt out that are heard 100.00 % (1 of 1;" in shown
    assert "other text taken for an opt-out 0.00 % (0 of 5;" in shown
    for group in ("by language", "by channel", "by subtype", "by source", "voice", "clinical, emergency", "others"):
        assert group in shown
    misread = [line.split()[0] for line in shown.splitlines() if " read " in line]
    assert misread == ["e", "f"]
    assert "time a message: median" in shown


def test_the_curve_is_drawn(tmp_path: Path) -> None:
    plot = tmp_path / "curve.svg"
    shown = run(tmp_path, table(*LINES), "--plot", str(plot), "--worst", "0").stdout
    assert " read " not in shown
    drawing = plot.read_text(encoding="utf-8")
    assert drawing.startswith("<svg")
    assert drawing.count("<polyline") == 2
    assert "33.33 % missed by the nurses" in drawing


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "lacks id"),
        ("id\ttext\n1\thello\n", "lacks lang, channel, label"),
        (table(), "not one message"),
        (table(LINES[0], "b\tes"), "Line 3 has 2 cells, the heading 7"),
    ],
)
def test_a_bad_table_is_refused_with_a_sentence(tmp_path: Path, body: str, reason: str) -> None:
    result = run(tmp_path, body)
    assert result.exit_code == 1
    assert reason in result.output
    with pytest.raises(BadTable):
        rows(body.splitlines())


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"), [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (0, 0, 0, 1)]
)
def test_the_bounds_are_wilsons(hits: int, of: int, low: float, high: float) -> None:
    assert Share(hits, of).low == pytest.approx(low, abs=1e-4)
    assert Share(hits, of).high == pytest.approx(high, abs=1e-4)


def test_damage_is_the_same_for_the_same_seed_and_as_much_as_was_asked() -> None:
    text = " ".join(["necesito cambiar mi cita del martes please"] * 200)
    assert damaged(text, 0.0, 1) == text
    assert damaged(text, 0.3, 1) == damaged(text, 0.3, 1) != damaged(text, 0.3, 2)
    one_by_one = [damaged(word, 0.3, 1) != word for word in (f"palabra{n}" for n in range(2000))]
    assert 0.26 < sum(one_by_one) / 2000 < 0.34
