"""Words that never stand in a text: advice, reassurance, results, severity (P3), specialties (P11), and tú."""

import re
from collections.abc import Mapping

_PHRASES: Mapping[str, tuple[str, ...]] = {
    "en": (
        "don't worry",
        "do not worry",
        "normal",
        "nothing serious",
        "you should take",
        "we recommend",
        "we advise",
        "your results",
        "your medication",
        "triage",
        "urgent",
        "mild",
        "severe",
        "diagnosis",
    ),
    "es": (
        "no se preocupe",
        "normal",
        "nada grave",
        "debe tomar",
        "le recomendamos",
        "le aconsejamos",
        "sus resultados",
        "su medicamento",
        "triaje",
        "urgente",
        "leve",
        "grave",
        "diagnóstico",
    ),
}
"""The first list; a clinician reads it before it grows."""

NEVER_SAY = re.compile(
    r"\b(?:" + "|".join(re.escape(phrase) for listed in _PHRASES.values() for phrase in listed) + r")\b",
    re.IGNORECASE,
)
"""Any of them, whatever the language of the text."""

INFORMAL_SPANISH = frozenset({
    "tu", "tus", "tú", "ti", "te", "tienes", "puedes", "quieres", "necesitas", "dinos", "llámanos",
    "escríbenos",
})  # fmt: skip
"""Forms of tú that are never a form of usted."""

SPECIALTY = re.compile(
    r"\b(?!apology|technology|tecnolog)\w*(?:ology|iatry|iatric|iatrics|ología|iatría)\b|\b(?:surgery|cirugía)\b",
    re.IGNORECASE,
)
"""Names of medical fields by their endings: whoever sees the phone would know why a patient is seen (H28)."""
