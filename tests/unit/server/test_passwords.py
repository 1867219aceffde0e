"""A password's hash follows what the server asks of it now."""

from datetime import UTC, datetime

from sqlalchemy import Engine, select

from ccbs_desk.models.central import Password
from ccbs_desk.models.database import reading
from ccbs_desk.models.reference import Staff
from server_stub.passwords import Passwords
from server_stub.seed import demo
from server_stub.settings import Settings
from tests.factories.server import PASSWORD_KIB


def hash_of(engine: Engine, login: str) -> str:
    with reading(engine) as connection:
        rows = select(Password.hash).join(Staff, Staff.id == Password.staff_id).where(Staff.login == login)
        return connection.execute(rows).scalar_one()


def test_a_hash_of_another_cost_is_renewed_when_the_password_is_given(country: Engine) -> None:
    cheaper = Settings.load({}, {"database": "", "password_memory_kib": PASSWORD_KIB})
    passwords = Passwords(country, cheaper, lambda: datetime.now(UTC))
    assert f"m={PASSWORD_KIB}," not in hash_of(country, demo.CLERK)
    who = passwords.check(demo.CLERK, demo.PASSWORD)
    renewed = hash_of(country, demo.CLERK)
    assert f"m={PASSWORD_KIB}," in renewed
    assert passwords.check(demo.CLERK, demo.PASSWORD) == who
    assert hash_of(country, demo.CLERK) == renewed
