"""Words that never stand in a text: advice, dosing, results, reassurance, severity, promotion (P3), why somebody is
seen (P11), links, and in Spanish tú or a gender that we do not know. A clinician reads these lists before they grow."""

import re
from collections.abc import Iterable, Mapping

PHRASES: Mapping[str, tuple[str, ...]] = {
    "advises": (
        "you should", "you ought", "we recommend", "we advise", "we suggest", "try to", "make sure", "be sure to",
        "rest", "drink plenty", "keep taking", "stop taking", "avoid", "apply ice", "go to the hospital",
        "debe tomar", "debe dejar", "usted debe", "debería", "le recomendamos", "le aconsejamos", "le sugerimos",
        "trate de", "procure", "asegúrese", "repose", "descanse", "tome mucha", "siga tomando", "deje de tomar",
        "evite", "póngase hielo", "vaya al hospital",
    ),
    "speaks of medication": (
        "dose", "doses", "dosage", "mg", "ml", "milligrams", "tablet", "tablets", "pill", "pills", "medication",
        "medications", "medicine", "medicines", "refill", "refills", "prescription", "take your", "injection",
        "dosis", "miligramos", "tableta", "tabletas", "pastilla", "pastillas", "píldora", "píldoras", "medicamento",
        "medicamentos", "medicina", "medicinas", "receta", "recetas", "inyección", "resurtir",
    ),
    "words a result": (
        "result", "results", "normal", "abnormal", "negative", "positive", "came back", "in range", "lab", "labs",
        "blood test", "biopsy", "scan", "x-ray", "resultado", "resultados", "anormal", "negativo", "positivo",
        "salió bien", "salieron bien", "en rango", "laboratorio", "análisis", "biopsia", "radiografía",
    ),
    "reassures": (
        "don't worry", "do not worry", "no need to worry", "nothing serious", "nothing to worry", "you will be fine",
        "you'll be fine", "all is well", "good news", "glad to hear", "happy to hear", "that's great", "great news",
        "sounds good", "common", "harmless", "safe", "no se preocupe", "nada grave", "va a estar bien",
        "estará bien", "todo está bien", "buenas noticias", "nos alegra", "qué bueno", "qué bien", "es común",
        "tranquilo", "tranquila", "seguro que",
    ),
    "grades how bad it is": (
        "triage", "urgent", "urgently", "mild", "moderate", "severe", "serious", "minor", "non-urgent", "can wait",
        "not an emergency", "diagnosis", "diagnosed", "symptom", "symptoms", "condition", "triaje", "urgente", "leve",
        "moderado", "moderada", "grave", "serio", "seria", "puede esperar", "no es una emergencia", "diagnóstico",
        "diagnosticado", "síntoma", "síntomas", "padecimiento",
    ),
    "promotes": (
        "offer", "offers", "discount", "sale", "free", "save", "deal", "promotion", "special", "gift", "win",
        "leave a review", "rate us", "refer a friend", "follow us", "limited time", "don't miss", "oferta", "ofertas",
        "descuento", "gratis", "ahorre", "promoción", "especial", "regalo", "gane", "califíquenos", "recomiéndenos",
        "síganos", "tiempo limitado", "no se pierda",
    ),
}  # fmt: skip
"""By what it would do, as its sentence says; any of them, whatever the language of the text."""

INFORMAL_SPANISH = frozenset(
    """
    tu tus tú ti te contigo tuyo tuya tienes puedes quieres necesitas vienes eres estás sabes debes vas haces prefieres
    dinos llámanos escríbenos avísanos ven haz dime vos tenés podés querés sos vení llamá escribí respondé
""".split()
)
"""Forms of tú and vos that are never a form of usted."""

TU_COMMANDS = re.compile(
    r"(?:^|[.:;!?¡¿,]\s*)(responde|escribe|llama|espera|confirma|elige|oprime|manda|mira|recuerda|avisa)\b",
    re.IGNORECASE,
)
"""Words that order tú to do something where a sentence begins; elsewhere they may speak of usted."""

GENDERED_SPANISH = frozenset(
    """
    señor señora señorita don doña estimado estimada querido querida bienvenido bienvenida apreciado apreciada
    interesado interesada atendido atendida citado citada invitado invitada registrado registrada
    inscrito inscrita ocupado ocupada preparado preparada contento contenta ambos
""".split()
)
"""Forms that tell whether a patient is a man or a woman, which we do not know."""

GENDERED_AFTER_A_VERB = re.compile(
    r"\b(?:est[áé]|estar|si[eé]ntase|siente|sienta|quede|sea)\s+(?:muy\s+)?(segur[oa]|list[oa])\b", re.IGNORECASE
)
"""Words that do so only of a person: “tarjeta de seguro” and “lista de espera” are things."""

SPECIALTY = re.compile(
    r"\b(?!apology|technology|tecnolog)\w*(?:ology|ologist|iatry|iatrist|iatric|iatrics|ología|ólogo|óloga|iatría|iatra)\b"
    r"|\b(?:surgery|surgeon|surgical|cirugía|cirujano|quirúrgic[oa]|procedure|procedimiento|oncology|dialysis|diálisis"
    r"|chemotherapy|quimioterapia|radiation|maternity|maternidad|prenatal|pregnancy|embarazo|fertility|fertilidad"
    r"|rehab|detox|hospice|hiv|vih|std|ets|diabetes|diabetic|diabétic[oa]|hypertension|hipertensión|copd|epoc|asthma"
    r"|asma|cancer|cáncer|depression|depresión|mental|abortion|aborto|screening|mammogram|mamografía|colonoscopy"
    r"|colonoscopia|vaccine|vacuna|clinical trial)\b",
    re.IGNORECASE,
)
"""Medical fields by their endings, and matters by their names: whoever sees the phone would know why a patient is
seen (H28)."""

LINK = re.compile(r"https?:|www\.|\b[\w-]+\.(?:com|org|net|health|care|clinic|us|io|ly|me)\b|\S+@\S+", re.IGNORECASE)
"""A link or an address: it cannot be pressed on a call, and a patient learns never to press one in a text (H28)."""


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(re.escape(phrase) for phrase in phrases) + r")\b", re.IGNORECASE)


NEVER_SAY: Mapping[str, re.Pattern[str]] = {what: _any_of(phrases) for what, phrases in PHRASES.items()}
