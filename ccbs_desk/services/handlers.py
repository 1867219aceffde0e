"""Every handler, registered. Whoever runs acts imports this module once."""

from ccbs_desk.services import (
    add_feature,
    attach_call,
    close_till,
    comment_complaint,
    copy_receipt,
    directory_alarms,
    look_up_listing,
    open_complaint,
    open_till,
    presence,
    remove_feature,
    resolve_complaint,
    take_payment,
    taught,
    withdraw_act,
    wrap_up_call,
)

HANDLERS = (
    add_feature,
    attach_call,
    close_till,
    comment_complaint,
    copy_receipt,
    directory_alarms,
    look_up_listing,
    open_complaint,
    open_till,
    presence,
    remove_feature,
    resolve_complaint,
    take_payment,
    taught,
    withdraw_act,
    wrap_up_call,
)
