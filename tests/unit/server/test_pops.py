"""What a caller waits for: few questions to the database, and prepared ones from the first caller on."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, event, insert, text

from ccbs_desk.models.base import table_of
from ccbs_desk.models.calls import Call, CallLink
from ccbs_desk.models.database import open_database, reading
from server_stub.gateway.pops import look_up, warm_up
from server_stub.seed import demo
from tests.factories.field_desk import MOMENT
from tests.factories.postgres import Postgres
from tests.factories.server import copy_of

MOST_QUESTIONS = 13
"""The match, and twelve for the card."""


@pytest.fixture
def central(postgres: Postgres, country_template: str) -> Iterator[Engine]:
    """The demo country in a PostgreSQL database of the test's own."""
    with copy_of(postgres, country_template) as url:
        engine = open_database(url)
        yield engine
        engine.dispose()


def test_a_caller_and_his_card_take_few_questions(country: Engine) -> None:
    asked: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(country, "before_cursor_execute", note)
    pop = look_up(country, f"+{demo.NUMBER}", None, "11", demo.TODAY)
    assert pop.card is not None
    assert len(asked) == len(set(asked)) <= MOST_QUESTIONS


def test_a_hint_brings_no_card(country: Engine) -> None:
    mobile, call = "963944123456", uuid4()
    with country.begin() as connection:
        connection.execute(
            insert(table_of(Call)).values(
                area_id=demo.AREA, period=202611, id=call, pbx="main", linkedid="1", direction="inbound",
                caller_raw=mobile, caller_e164=mobile, caller_name="", presentation="allowed", dialled="5100",
                queue="care", arrived_at=MOMENT, outcome="answered",
            )
        )  # fmt: skip
        connection.execute(
            insert(table_of(CallLink)).values(
                id=uuid4(), area_id=demo.AREA, account_id=demo.ACCOUNT_ID, call_id=call, command_id=uuid4(),
                kind="account", target_id=demo.ACCOUNT_ID, staff_id=uuid4(), at=MOMENT,
            )
        )  # fmt: skip
    pop = look_up(country, f"+{mobile}", None, "11", demo.TODAY)
    assert [(match.account_id, match.why) for match in pop.matches] == [(demo.ACCOUNT_ID, "called_before")]
    assert (pop.card, pop.account_id) == (None, None)
    handed = look_up(country, f"+{mobile}", demo.ACCOUNT_ID, "11", demo.TODAY)
    assert (handed.card is None, handed.account_id) == (False, demo.ACCOUNT_ID)


def test_the_first_caller_meets_prepared_statements_on_every_connection(central: Engine) -> None:
    warm_up(central, demo.TODAY, connections=3)
    with reading(central) as first, reading(central) as second, reading(central) as third:
        for connection in (first, second, third):
            prepared = connection.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar_one()
            assert prepared >= MOST_QUESTIONS
