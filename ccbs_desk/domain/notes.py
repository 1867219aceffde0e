"""What people write: kept as they wrote it, without what no database or screen can hold."""

LONGEST = 2_000
"""Characters of a note that are kept; a longer one is refused, never cut."""
_LOWEST_SURROGATE, _HIGHEST_SURROGATE = "\ud800", "\udfff"


def clean_note(text: str) -> str:
    """Return the text without blanks around it, without control characters but line breaks, without broken halves."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(character for character in unified if _is_kept(character)).strip()


def _is_kept(character: str) -> bool:
    if _LOWEST_SURROGATE <= character <= _HIGHEST_SURROGATE:
        return False
    return character in "\n\t" or not (character < " " or "\x7f" <= character <= "\x9f")
