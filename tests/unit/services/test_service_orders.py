"""The orders of an account: each with its state, who holds it, and what it costs."""

import pytest
from sqlalchemy import Connection, delete, update

from ccbs_desk.models.base import table_of
from ccbs_desk.models.care import ServiceOrder
from ccbs_desk.models.desk import Outbox
from ccbs_desk.services.service_orders import orders_of
from server_stub.seed import demo
from tests.factories.care import add_feature, feature_id
from tests.factories.desk import Desk


@pytest.mark.parametrize(
    ("state", "holder"),
    [("acknowledged", "centre"), ("inProgress", "exchange"), ("completed", "nobody"), ("failed", "nobody")],
)
def test_an_order_is_with_somebody_until_it_is_closed(desk: Desk, state: str, holder: str) -> None:
    desk.do(add_feature(desk.read(feature_id, "call_waiting"), desk.today), by=desk.people.agent)
    (here,) = desk.read(orders_of, demo.ACCOUNT_ID)
    assert here.holder == "desk"
    assert here.since == here.ordered_at
    assert not here.charged

    def go_home(connection: Connection) -> None:
        connection.execute(delete(Outbox))
        connection.execute(update(table_of(ServiceOrder)).values(state=state))

    desk.write(go_home)
    (there,) = desk.read(orders_of, demo.ACCOUNT_ID)
    assert (there.order_id, there.state, there.holder) == (here.order_id, state, holder)
