"""The keys of the payment; each stands on the button that it presses."""

from ccbs_desk.ui.kit.shortcuts import Keys

CONFIRM_KEYS = Keys("F9")
METHOD_KEYS = Keys("M", ctrl=True)
BACK_KEYS = Keys("Esc")
