"""The keys of the card; each stands on the button that it presses."""

from ccbs_desk.ui.kit.shortcuts import Keys

PAY_KEYS = Keys("F4")
RECEIPT_KEYS = Keys("F8")
EXPLAIN_KEY = Keys("E")
EXPLAIN_ANYWHERE_KEYS = Keys("E", ctrl=True)
DIAL_KEYS = Keys("D", ctrl=True)
