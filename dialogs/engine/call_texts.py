"""The texts of `_always.toml` that are said aloud on a call; they stand beside those that are written."""

LABELS = ("call_person", "call_in_language", "call_visit", "call_back", "call_repeat", "call_no_more")
"""What the keys of a call do: "To {label}, press 1"; said aloud, they do the same."""

GREETING = "call_greeting"
NAMES_US = (GREETING, "call_reached", "call_voicemail")
"""Said to somebody who cannot know yet whom she hears."""
WE_CALLED = ("call_reached", "call_voicemail", "call_stopped")
"""What we say when we call: to whoever answers, to a machine, and to whoever wants no more of it."""
OF_A_VISIT = ("call_visit_is",)
"""Said to whoever proved who she is: these may name when and where her visit is."""
REACH_US = (
    GREETING, "call_hand_off", "call_emergency", "call_crisis", "call_help", "call_noted", "call_unread", "call_owed",
    "call_nobody", "call_try_again", "call_trouble", "call_no_nurse_now",
)  # fmt: skip
"""Said before anybody of the practice has heard the caller: they carry the emergency line."""

CALL_TEXTS = (
    *REACH_US, *LABELS, "call_say", "call_more", "call_not_heard", "call_wrong_key", "call_connecting", "call_goodbye",
    "call_message", "call_nurse_rings", "call_next_nurse", "call_no_nurse",
    "call_birth_date", "call_not_right", "call_not_checked", "call_no_visit", *OF_A_VISIT,
    *WE_CALLED,
)  # fmt: skip
