"""Words that never stand in a text: advice, reassurance, results, severity (P3), and Spanish that says tú."""

from collections.abc import Mapping

NEVER_SAY: Mapping[str, tuple[str, ...]] = {
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

INFORMAL_SPANISH = frozenset({
    "tu", "tus", "tú", "ti", "te", "tienes", "puedes", "quieres", "necesitas", "dinos", "llámanos",
    "escríbenos",
})  # fmt: skip
"""Forms of tú that are never a form of usted."""
