"""Who calls, read from what the network sends: cleaned, cut to a sensible length, and never more than may be known."""

import re
import unicodedata

from ccbs_desk.domain.text import fold_digits, strip_controls
from ccbs_desk.telephony.model import Caller, Presentation

LONGEST_NUMBER = 40
LONGEST_NAME = 80
WITHHELD = frozenset({"anonymous", "restricted", "private", "withheld"})
NOTHING = frozenset({"", "<unknown>", "unknown", "<null>", "unavailable", "asterisk"})
_SPACES = re.compile(r"\s+")


def read_caller(number: str, name: str, presentation: Presentation = Presentation.ALLOWED) -> Caller:
    """Return the caller for number and name as they came, in any state."""
    number, name = _clean(number, LONGEST_NUMBER), _clean(name, LONGEST_NAME)
    if presentation is Presentation.WITHHELD or number.lower() in WITHHELD:
        return Caller("", "", Presentation.WITHHELD)
    name = "" if name == number or name.lower() in NOTHING else name
    if presentation is Presentation.UNAVAILABLE or not re.search("[0-9]", fold_digits(number)):
        # A name may come without a number, and a user name of some network instead of one.
        letters = "" if number.lower() in NOTHING else number
        return Caller("", name or letters, Presentation.UNAVAILABLE)
    return Caller(number, name, Presentation.ALLOWED)


def _clean(text: str, longest: int) -> str:
    visible = "".join(char for char in strip_controls(text) if unicodedata.category(char) != "Cc" or char.isspace())
    # Exchanges cut names by bytes: what is left of a letter comes at the end as one that can't be read.
    return _SPACES.sub(" ", visible).rstrip("\ufffd").strip()[:longest]
