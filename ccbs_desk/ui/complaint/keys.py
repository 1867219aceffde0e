"""The keys of the complaints; each stands on the button that it presses."""

from ccbs_desk.ui.kit.shortcuts import Keys

CONFIRM_KEYS = Keys("F9")
NEW_KEYS = Keys("N", ctrl=True)
RESOLVE_KEYS = Keys("F9", ctrl=True)
BACK_KEYS = Keys("Esc")
