"""The keys of the receipts; each stands on the button that it presses."""

from ccbs_desk.ui.kit.shortcuts import Keys

COPY_KEYS = Keys("P", ctrl=True)
CARD_KEYS = Keys("F3")
BACK_KEYS = Keys("Esc")
