"""What may be sent to an exchange as a number: digits alone, so that nothing typed can ever be more than a number."""

import re

_EXTENSION = re.compile(r"[1-9][0-9]{2,5}")
_DIALABLE = re.compile(r"[0-9]{3,20}")


def is_extension(text: str) -> bool:
    """Tell whether this can be the number of a telephone inside."""
    return _EXTENSION.fullmatch(text) is not None


def is_dialable(text: str) -> bool:
    """Tell whether this can be dialled: digits as the exchange takes them, without plus, spaces or keys."""
    return _DIALABLE.fullmatch(text) is not None
