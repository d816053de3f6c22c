"""The dialogs of the checkout, read once for all tests of this folder."""

from dialogs.engine.files import BESIDE_THE_ENGINE, parse_all, read_folder

BODIES = read_folder()
DIALOGS, ALWAYS = parse_all(BODIES)
CONFIRM = DIALOGS["confirm"]
CONVERSATIONS = BESIDE_THE_ENGINE / "conversations"
