"""Every handler, registered. Whoever runs acts imports this module once."""

from ccbs_desk.services import close_till, copy_receipt, open_till, presence, take_payment, withdraw_act

HANDLERS = (close_till, copy_receipt, open_till, presence, take_payment, withdraw_act)
