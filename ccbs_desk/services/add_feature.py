"""Order a feature for a line, online or offline.

What the rest of the cycle costs was shown and is kept in the act; it is charged when the exchange has done it, and for
no day before that. Until the link is up the order waits at the desk, then at the centre until its day has come.
When two counters order the same, the first at the centre stands; the other is refused with that order's day, so that
its clerk sees whether anything is left to do. Rules: domain.features, domain.proration. Source: domain.md, Orders.
"""

from ccbs_desk.domain.care_commands import AddFeature
from ccbs_desk.services.features import ADD, against_adding
from ccbs_desk.services.order_feature import Ordered, Wish, order_feature
from ccbs_desk.services.registry import handles
from ccbs_desk.services.work import Work


@handles(AddFeature)
def add_feature(command: AddFeature, work: Work) -> Ordered:
    """Return the order and its price.

    Raises Refused: account.unknown, line.unknown, line.not_active, feature.unknown, feature.on_already, feature.needs,
    feature.excludes, feature.order_open, order.effective_outside,
    order.price_changed.
    """
    wish = Wish(
        kind=ADD,
        account_id=command.account_id,
        line_id=command.line_id,
        feature_id=command.feature_id,
        effective_on=command.effective_on,
        shown=command.shown,
    )
    return order_feature(wish, work, against_adding)
