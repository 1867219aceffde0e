"""The keys of the features; each stands on the button that it presses."""

from ccbs_desk.ui.kit.shortcuts import Keys

CONFIRM_KEYS = Keys("F9")
BACK_KEYS = Keys("Esc")
