"""A voice and an ear for one proof: espeak-ng speaks, a telephone takes what lies above 4 kHz and adds its hiss, and
pocketsphinx hears what a grammar allows (docs/decisions/0092)."""

import ctypes
import math
import random
from array import array
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import espeakng_loader
import pocketsphinx

TELEPHONE, WIDE = 8_000, 16_000
"""Samples a second: what a telephone carries, and what the ear was trained on."""
HISS = 200
"""Of 32,767; a line that is perfectly silent above 4 kHz is like nothing the ear ever heard."""
QUIET = 0.3
"""Seconds before and after the words."""
PACE = 150
"""Words a minute."""
REACH = 16
"""Samples on either side that make a new one."""
RIGHT_FROM = 0.5
"""How well the sound must fit what was heard: what the grammar holds reaches 0.55 to 0.82, all else 0.35 to 0.45."""

_RETRIEVAL, _RATE_OF_SPEECH, _CHARS_UTF8 = 1, 1, 1
_TAKES_SOUND = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Heard(NamedTuple):
    """What the ear understood, and how sure it is, as the carrier says it: 0 to 1."""

    words: str
    sure: float


def over_the_telephone(words: str) -> "array[int]":
    """The sound of these English words at the other end of a line: 16 bits, WIDE samples a second."""
    spoken, rate = _spoken(words)
    carried = _resampled(_resampled(spoken, rate, TELEPHONE), TELEPHONE, WIDE)
    silence = array("h", bytes(2 * int(QUIET * WIDE)))
    hiss = random.Random(words)  # noqa: S311  (a noise)
    return array("h", (_clipped(each + hiss.randint(-HISS, HISS)) for each in silence + carried + silence))


def heard(sound: "array[int]", phrases: Iterable[str]) -> Heard | None:
    """Which of the phrases it was, if any; one that does not fit well is heard and not believed. Phrases with a word
    that the ear has never learnt (Spanish ones) are left out."""
    ear = pocketsphinx.Decoder(lm=None, loglevel="FATAL", cmn="batch")
    known = [phrase for phrase in map(str.lower, phrases) if all(map(ear.lookup_word, phrase.split()))]
    ear.add_jsgf_string("said", f"#JSGF V1.0; grammar said; public <said> = ({' | '.join(known)});")
    ear.activate_search("said")
    ear.start_utt()
    ear.process_raw(sound.tobytes(), full_utt=True)
    ear.end_utt()
    found = ear.hyp()
    if found is None or not found.hypstr:
        return None
    return Heard(found.hypstr, 0.9 if found.best_score >= RIGHT_FROM else 0.2)


@cache
def _voice() -> tuple[ctypes.CDLL, int]:
    """The library, begun, and how many samples a second it makes."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate: int = library.espeak_Initialize(_RETRIEVAL, 0, espeakng_loader.get_data_path().encode(), 0)
    assert rate > 0, "espeak-ng did not begin"
    assert library.espeak_SetVoiceByName(b"en-us") == 0
    library.espeak_SetParameter(_RATE_OF_SPEECH, PACE, 0)
    return library, rate


def _spoken(words: str) -> tuple["array[int]", int]:
    library, rate = _voice()
    sound = array("h")

    def take(samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int | None) -> int:
        sound.extend(samples[:count] if count > 0 else ())
        return 0

    kept = _TAKES_SOUND(take)
    library.espeak_SetSynthCallback(kept)
    text = words.encode()
    assert library.espeak_Synth(text, len(text) + 1, 0, 1, 0, _CHARS_UTF8, None, None) == 0
    library.espeak_Synchronize()
    return sound, rate


def _resampled(sound: "array[int]", rate: int, wanted: int) -> "array[int]":
    """By a windowed sinc, which also takes what the slower of both cannot carry."""
    cut = min(1.0, wanted / rate)
    reach = REACH / cut
    made = array("h")
    for number in range(int(len(sound) * wanted / rate)):
        at = number * rate / wanted
        near = range(max(0, math.ceil(at - reach)), min(len(sound), math.floor(at + reach) + 1))
        made.append(_clipped(cut * sum(sound[each] * _weight((at - each) * cut) for each in near)))
    return made


def _weight(away: float) -> float:
    window = 0.5 + 0.5 * math.cos(math.pi * away / REACH)
    return window * (1.0 if away == 0 else math.sin(math.pi * away) / (math.pi * away))


def _clipped(sample: float) -> int:
    return max(-32_768, min(32_767, round(sample)))
