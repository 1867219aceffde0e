"""A desk of an older release sends what it did: the act counts, and the journals bind to its body of then."""

from collections.abc import Callable

import msgspec
import pytest
from sqlalchemy import Connection, select

from ccbs_desk.domain.care_commands import AddFeature
from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.commands import SignIn
from ccbs_desk.models.database import reading
from ccbs_desk.models.money import Audit
from ccbs_desk.services.bus import act_hash
from ccbs_desk.services.feature_offer import feature_offer
from ccbs_desk.wire.codec import decode_envelope
from server_stub.seed import demo
from tests.contract.test_push import one
from tests.factories.books import assert_clean
from tests.factories.field_desk import MOMENT
from tests.factories.server import RunningServer, SignedIn


def order(connection: Connection) -> AddFeature:
    """Return an order for the first feature that can be had on the demo line."""
    today = damascus_date(MOMENT)
    offer = feature_offer(connection, demo.LINE_ID, today=today)
    assert offer is not None
    wanted = next(each for each in offer.features if not each.on and each.against is None)
    return AddFeature(
        account_id=demo.ACCOUNT_ID, line_id=demo.LINE_ID, feature_id=wanted.feature_id, effective_on=today
    )


def done_in_version_1(clerk: SignedIn, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Do the act at a desk that knows no later version."""
    with reading(clerk.desk.engine) as connection:
        command = order(connection)
    with monkeypatch.context() as then:
        then.setattr(AddFeature, "VERSION", 1)
        return clerk.desk.do(command)


class TestOlderDesk:
    """The same on SQLite and PostgreSQL."""

    @pytest.fixture
    def clerk(self, server: RunningServer) -> SignedIn:
        """A clerk who is signed in."""
        return server.counter()

    def test_an_act_of_version_1_counts_and_its_chain_goes_on(
        self, server: RunningServer, clerk: SignedIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        raw = done_in_version_1(clerk, monkeypatch)
        assert msgspec.json.decode(raw)["version"] == 1
        assert one(clerk.push(raw)).outcome == "applied"
        # The next act names the hash of that one, as the desk of then had worked it out.
        assert one(clerk.push(clerk.desk.do(SignIn(online=True)))).outcome == "applied"
        envelope = decode_envelope(raw)
        with reading(server.engine) as connection:
            audited = connection.execute(
                select(Audit.body_hash).where(Audit.command_id == envelope.command_id)
            ).scalar_one()
        assert audited == act_hash(envelope)
        assert_clean(server.engine)

    @pytest.mark.parametrize("change", [lambda act: {**act, "version": 0}, lambda act: {**act, "version": -1}])
    def test_a_version_that_never_was_is_kept_for_a_person(
        self, clerk: SignedIn, change: Callable[[dict[str, object]], dict[str, object]]
    ) -> None:
        act = msgspec.json.decode(clerk.desk.do(SignIn(online=True)))
        assert one(clerk.push(msgspec.json.encode(change(act)))).outcome == "parked"
