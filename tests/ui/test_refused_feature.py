"""A feature that the centre refused is put right by one key: its form opens as it was meant, one more key orders it."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from ccbs_desk.domain.care_commands import AddFeature, RemoveFeature
from ccbs_desk.models import undo
from ccbs_desk.models.desk import Outbox
from ccbs_desk.services.drafts import drafts_of
from ccbs_desk.services.feature_offer import OfferedFeature, feature_offer
from ccbs_desk.services.order_feature import Ordered
from ccbs_desk.services.outbox import summary
from ccbs_desk.ui.features import screen as features
from ccbs_desk.ui.kit.application import Look
from server_stub.seed import demo
from tests.factories.desk import Desk
from tests.ui.at_work import collect
from tests.ui.counter import Counter
from tests.ui.test_outbox import Waiting, answered

F9 = Qt.Key.Key_F9


@pytest.fixture
def counter(desk: Desk, look: Look, qapp: QApplication) -> Iterator[Counter]:
    look.set_language("en")
    counter = Counter(desk, qapp)
    yield counter
    counter.close()
    collect()


def offered(counter: Counter, *, on: bool) -> OfferedFeature:
    """Return a feature of the demo line that can be ordered or taken off."""
    offer = counter.desk.read(feature_offer, demo.LINE_ID, today=counter.desk.today)
    assert offer is not None
    return next(each for each in offer.features if each.on is on and each.against is None)


def refused(counter: Counter, make: type[AddFeature] | type[RemoveFeature]) -> UUID:
    """Order it, and let the centre refuse it; what it wrote is taken back, as the answer does."""
    wanted = offered(counter, on=make is RemoveFeature)
    command = make(
        account_id=demo.ACCOUNT_ID,
        line_id=demo.LINE_ID,
        feature_id=wanted.feature_id,
        effective_on=counter.desk.today,
    )
    done = counter.desk.do(command)
    assert isinstance(done.result, Ordered)
    counter.desk.write(lambda connection: undo.take_back(connection, [done.command_id]))
    answered(counter.desk, done.command_id, "refused", "line.unknown", line_id=str(demo.LINE_ID))
    return done.command_id


@pytest.mark.parametrize("make", [AddFeature, RemoveFeature])
def test_it_opens_as_it_was_meant_and_goes_out_as_a_new_act(
    counter: Counter, look: Look, make: type[AddFeature] | type[RemoveFeature]
) -> None:
    session = counter.session()
    form = features.build(session, counter.led, look.shortcuts)
    shown = counter.show(form)
    # The form of this subscriber stands open since before.
    shown.do(lambda: form.activate(account_id=demo.ACCOUNT_ID))
    act = refused(counter, make)
    Waiting(counter, look).press(F9)
    assert counter.led.steps == [("features", demo.ACCOUNT_ID)]
    assert act in [draft.amends for draft in counter.desk.read(drafts_of, counter.desk.people.clerk)]
    shown.do(lambda: form.activate(account_id=demo.ACCOUNT_ID))
    shown.do(form._presenter.confirm)
    mended = counter.desk.read(
        lambda connection: connection.execute(select(Outbox.kind, Outbox.amends).order_by(Outbox.device_seq)).all()
    )
    assert tuple(mended[-1]) == (make.KIND, act)
    assert act not in [draft.amends for draft in counter.desk.read(drafts_of, counter.desk.people.clerk)]
    # Nobody is asked about the refused one any more, and the form is as it was for whoever comes back to it.
    assert counter.desk.read(summary).attention == 0
    shown.do(lambda: form.activate(account_id=demo.ACCOUNT_ID))
    assert form._presenter._keeper.amends is None
