"""Order the end of a feature, online or offline.

The day is the feature's last one. What was charged for the days after it is credited, when the exchange has done it;
a feature that another one needs stays. Source: domain.md, Orders.
"""

from ccbs_desk.domain.care_commands import RemoveFeature
from ccbs_desk.services.features import REMOVE, against_removing
from ccbs_desk.services.order_feature import Ordered, Wish, order_feature
from ccbs_desk.services.registry import handles
from ccbs_desk.services.work import Work


@handles(RemoveFeature)
def remove_feature(command: RemoveFeature, work: Work) -> Ordered:
    """Return the order and its credit.

    Raises Refused: account.unknown, line.unknown, line.not_active, feature.unknown, feature.not_on, feature.needed_by,
    feature.order_open, order.effective_outside,
    order.price_changed.
    """
    wish = Wish(
        kind=REMOVE,
        account_id=command.account_id,
        line_id=command.line_id,
        feature_id=command.feature_id,
        effective_on=command.effective_on,
        shown=command.shown,
    )
    return order_feature(wish, work, against_removing)
