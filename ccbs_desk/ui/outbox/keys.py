"""The keys of the outbox; each stands on the button that it presses."""

from ccbs_desk.ui.kit.shortcuts import Keys

MAIN_KEYS = Keys("F9")
