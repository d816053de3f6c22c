"""`handrail classify` from outside: the JSON lines of the contract, and the explanation for people (DESIGN 8)."""

import json

import pytest
from click.testing import CliRunner, Result

from app.cli.classify import classify


def run(lines: str | bytes, *options: str) -> Result:
    return CliRunner().invoke(classify, options, input=lines)


@pytest.mark.slow
def test_json_lines_come_back_in_order_in_the_shape_of_the_contract() -> None:
    given = [{"id": "a", "text": "my chst hurts", "language": "en"}, {"id": 2, "text": "sí", "channel": "sms"}]
    result = run("\n".join(map(json.dumps, given)), "--jsonl")
    first, second = map(json.loads, result.stdout.splitlines())
    assert list(first) == ["id", "lane", "intent", "value", "mentions", "nearest", "lexicon"]
    assert (first["id"], first["lane"]) == ("a", "clinical")
    assert list(first["mentions"][0]) == ["start", "end", "text", "term", "kind", "how", "score"]
    assert (second["id"], second["lane"], second["intent"]) == (2, "routine", "confirm")
    assert result.exit_code == 0


def test_expected_words_are_heard() -> None:
    line = json.dumps({"id": 1, "text": "2"})
    assert json.loads(run(line, "--jsonl", "--expected", "1,2").stdout)["lane"] == "routine"
    assert json.loads(run(line, "--jsonl", "--expected", "1").stdout)["lane"] == "unsure"


def test_a_bad_line_is_named_and_the_rest_is_read() -> None:
    bad = ["nonsense", "[1]", '{"id": 1}', '{"text": "x"}', '{"id": 1, "text": "x", "language": 5}', "[" * 100_000]
    result = run("\n".join([*bad, '{"id": 9, "text": "ok"}']), "--jsonl")
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == [9]
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [f"Line {n}" for n in range(1, 7)]
    assert result.exit_code == 1


def test_lone_surrogates_survive_the_pipe() -> None:
    result = run('{"id": 1, "text": "ok \\ud800"}', "--jsonl")
    assert json.loads(result.stdout)["lane"] == "unsure"


def test_plain_lines_are_explained() -> None:
    result = run(b"yes but my chest hurts\n\xff\xfe\n")
    assert "CLINICAL" in result.stdout
    assert "emergency" in result.stdout
    assert "“chest hurts” at 11" in result.stdout
    assert "UNSURE" in result.stdout
    assert result.exit_code == 0


def test_people_are_told_the_entry_the_threshold_and_the_nearest_miss() -> None:
    shown = run("I feel very nausous\nplease cancel\nblorp ziyxzz\n").stdout
    assert "“feel very nausous” at 2–19: symptom, as “feel nauseous” (fuzzy, 85.7 %; 71.4 % is enough), in " in shown
    assert "nearest to clinical: “cancel” is 83.3 % like “cancer” (symptom, in symptoms.toml: " in shown
    assert "only that very word counts" in shown
    assert "nearest to clinical: “blorp” is 66.7 % like “burp”" in shown
    assert "80 % would count" in shown
