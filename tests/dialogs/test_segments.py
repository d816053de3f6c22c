"""What a text costs, against figures measured with the carrier's own calculator."""

import pytest

from dialogs.engine.segments import cost

FAMILY = "👨\u200d👩\u200d👧\u200d👦"


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("a" * 159 + "€", "GSM-7", 161, 2),
        ("á" * 70, "UCS-2", 70, 1),
        ("á" * 71, "UCS-2", 71, 2),
        ("á" * 134, "UCS-2", 134, 2),
        ("á" * 135, "UCS-2", 135, 3),
        ("🙂" * 35, "UCS-2", 70, 1),
        ("🙂" * 36, "UCS-2", 72, 2),
        (FAMILY, "UCS-2", 11, 1),
        ("¿Mañana, señora Núñez?".replace("ú", "u"), "GSM-7", 22, 1),
        ("’", "UCS-2", 1, 1),
    ],
)
def test_measured_texts(text: str, encoding: str, units: int, segments: int) -> None:
    found = cost(text)
    assert (found.encoding, found.units, found.segments) == (encoding, units, segments)


def test_a_letter_of_two_units_is_never_split() -> None:
    assert cost("a" * 152 + "€" + "a" * 152).segments == 3  # 306 septets, but the € moves on as a whole
    assert cost("á" * 66 + "🙂" + "á" * 66).segments == 3


def test_the_letters_that_cost_are_named() -> None:
    assert cost("está más acá").odd == "á"
