"""Arabic and Latin text as people type it: clean of marks, with one spelling for what means the same.

Controls that only steer the drawing (bidi isolates, zero-width joiners) come in with copied text and are never part of
a number, an amount or a name.
"""

_DIGITS = {ord(digit): str(value) for family in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for value, digit in enumerate(family)}
_CONTROLS = dict.fromkeys(
    [
        0x00AD,  # soft hyphen
        0x061C,  # Arabic letter mark
        *range(0x200B, 0x2010),  # zero-width space, joiners, left-to-right and right-to-left mark
        *range(0x202A, 0x202F),  # embeddings and overrides
        0x2060,  # word joiner
        *range(0x2066, 0x206A),  # isolates
        0xFEFF,  # byte order mark
    ]
)


def fold_digits(text: str) -> str:
    """Return the text with Arabic-Indic and Persian digits as Latin ones."""
    return text.translate(_DIGITS)


def strip_controls(text: str) -> str:
    """Return the text without bidi marks, embeddings, isolates and zero-width characters."""
    return text.translate(_CONTROLS)
