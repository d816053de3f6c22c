"""The word lists: what ships is sound, and a broken list is refused with its address (H10)."""

import pytest

from escalation_desk import lexicon
from escalation_desk.classifier import read
from escalation_desk.lexicon import Lexicon, LexiconFault

GROUP = """
[[group]]
name = "a group"
kind = "{kind}"
reviewer = "Nora, RN"
reviewed = 2026-11-21
entries = [{entries}]
"""


A_SET = """
[[set]]
name = "{name}"
reviewer = "{reviewer}"
reviewed = 2026-11-22
words = [{words}]
"""


def a_set(words: str, name: str = "cannot", reviewer: str = "Nora, RN") -> str:
    return A_SET.format(name=name, words=words, reviewer=reviewer)


def group(entries: str, kind: str = "symptom", more: str = "") -> str:
    return GROUP.format(kind=kind, entries=entries) + more


@pytest.mark.slow
def test_the_shipped_lists_pass_the_golden_set() -> None:
    shipped = Lexicon.from_texts(lexicon.shipped_texts())
    assert shipped.version == lexicon.current().version
    assert lexicon.check(shipped) == []


@pytest.mark.prove
@pytest.mark.slow
def test_a_lexicon_that_lost_its_words_fails_the_golden_set() -> None:
    texts = lexicon.shipped_texts()
    del texts["emergencies.toml"]
    faults = lexicon.check(Lexicon.from_texts(texts))
    assert any("I want to die" in fault for fault in faults)


def test_the_version_follows_the_words() -> None:
    one, same, other = (Lexicon.from_texts({"a.toml": group(words)}) for words in ('"ouch"', '"ouch"', '"owie"'))
    assert one.version == same.version != other.version


def test_a_given_lexicon_reads_in_place_of_the_shipped_one() -> None:
    only_ouch = Lexicon.from_texts({"a.toml": group('"ouch"')})
    reading = read("ouch, my chest hurts", "en", lexicon=only_ouch)
    assert [mention.term for mention in reading.mentions] == ["ouch"]
    assert reading.lexicon == only_ouch.version


@pytest.mark.parametrize(
    ("body", "entry", "reason"),
    [
        ("[[group", "file", "not valid TOML"),
        ("", "file", "must hold"),
        ("title = 1\n" + group('"ouch"'), "file", "must hold"),
        (group(""), "a group", "holds no entries"),
        (group('"ouch"', kind="sympton"), "a group", "kind must be one of"),
        (group('"ouch"', kind="intent"), "a group", "names one of the known intents"),
        (group('"ouch"').replace('"Nora, RN"', '" "'), "a group", "name of its reviewer"),
        (group('"ouch"').replace("reviewed = 2026-11-21", ""), "a group", "needs reviewed"),
        (group('"ouch"', more="severity = 3"), "a group", "does not know severity"),
        (group('"ouch", 7'), "a group", "must be text"),
        (group('"..."'), "...", "holds no letters"),
        (group('"ab*"'), "ab*", "a star needs"),
        (group('"ouch", "Óuch"'), "Óuch", "already stands"),
        (group('"ouch"') + group('"ouch"', kind="benign"), "ouch", "already stands"),
        (group('"paint*"') + group('"painting"', kind="benign"), "paint*", "would also be benign"),
        (group('"feel low/like/like crap"'), "feel low/like/like crap", "offers “like” twice"),
        (group('"-"'), "-", "no words at all"),
        (group('"a/b/c/d a/b/c/d a/b/c/d a/b/c/d a/b/c/d"'), "a/b/c/d a/b/c/d a/b/c/d a/b/c/d a/b/c/d", "1024 spell"),
        (group('"{cannot} walk"'), "{cannot} walk", "there is no set {cannot}"),
        (group('"{cannot} walk"') + a_set(""), "cannot", "needs words"),
        (group('"{cannot} walk"') + a_set('"cant", "can\'t"'), "cannot", "offers “cant” twice"),
        (group('"{cannot} walk"') + a_set('"cant"') + a_set('"cannot"'), "cannot", "the name of two sets"),
        (group('"{cannot} walk"') + a_set('"cant"', reviewer=" "), "cannot", "name of its reviewer"),
        (group('"{cannot} walk", "cant walk"') + a_set('"cant"'), "cant walk", "already stands"),
    ],
)
def test_a_broken_list_is_refused_with_file_entry_and_reason(body: str, entry: str, reason: str) -> None:
    with pytest.raises(LexiconFault) as refused:
        Lexicon.from_texts({"broken.toml": body})
    assert (refused.value.file, refused.value.entry) == ("broken.toml", entry)
    assert reason in refused.value.reason


def test_a_line_names_a_set_of_another_list_and_stands_for_each_of_its_words() -> None:
    lists = {"a.toml": group('"{cannot} walk/stand_up"'), "b.toml": a_set('"can not", "unable to", "cant"')}
    only_these = Lexicon.from_texts(lists)
    for text in ("I can not walk", "unable to stand up", "he can't walk"):
        assert read(text, "en", lexicon=only_these).lane == "clinical", text
    assert read("I can walk", "en", lexicon=only_these).mentions == ()
    (mention,) = read("he can't stand up now", "en", lexicon=only_these).mentions
    assert (mention.text, mention.term) == ("can't stand up", "cant stand up")


def test_lines_of_one_meaning_may_share_spellings_but_no_line_may_add_none() -> None:
    both = Lexicon.from_texts({"a.toml": group('"cant walk/stand", "cant/cannot walk"')})
    assert len(both.entries) == 2
    for other in ("result", "benign"):
        with pytest.raises(LexiconFault, match="already stands"):
            Lexicon.from_texts({"a.toml": group('"cant walk/stand"') + group('"cant/cannot walk"', kind=other)})


def test_a_misspelt_word_means_a_rare_name_only_when_it_is_long() -> None:
    names = Lexicon.from_texts({"a.toml": group('"zovirex", "zovirexamab"', kind="medication", more="rare = true")})
    heard = {text: read(text, "en", lexicon=names).lane for text in ("zovirex", "zovirx", "zovirexamab", "zovirxamab")}
    assert heard == {"zovirex": "clinical", "zovirx": "unsure", "zovirexamab": "clinical", "zovirxamab": "clinical"}


@pytest.mark.parametrize("name", ["Celebrex", "atacand", "haldol", "lisdexamfetamine", "Sinequan"])
def test_medicines_are_known_by_name(name: str) -> None:
    assert [mention.kind for mention in read(f"is {name} here yet", "en").mentions] == ["medication"]


@pytest.fixture(scope="module")
def only_these() -> Lexicon:
    return Lexicon.from_texts({"a.toml": group('"my .. leg", "leg cramps/-"')})


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("so my old leg", "my old leg"),
        ("my leg", "my leg"),
        ("my very bad old leg hurts", "my very bad old leg"),
        ("my one two three four leg", ""),
        ("my", ""),
        ("leg cramps", "leg cramps"),
        ("leg", "leg"),
    ],
)
def test_gaps_and_places_that_may_be_left_out(only_these: Lexicon, text: str, seen: str) -> None:
    found = [mention.text for mention in read(text, "en", lexicon=only_these).mentions]
    assert seen in found if seen else "my" not in " ".join(found)
