"""The keys of the till; each stands on the button that it presses."""

from ccbs_desk.ui.kit.shortcuts import Keys

CONFIRM_KEYS = Keys("F9")
BACK_KEYS = Keys("Esc")
SEEN_KEYS = Keys("G", ctrl=True)
