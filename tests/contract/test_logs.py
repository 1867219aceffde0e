"""What is never in the server's log: passwords, tokens, secrets, names, numbers, amounts, the bodies of requests."""

import base64
import logging

import pytest
from sqlalchemy import text

from ccbs_desk.models.database import writing
from server_stub.seed import demo
from tests.factories.server import RunningServer

# The test's own client; and uvicorn's access log, which is off, but pytest listens to loggers that are off as well.
NOT_THE_SERVERS = {"httpx", "httpcore.connection", "httpcore.http11", "uvicorn.access"}


def test_a_day_of_work_leaves_nothing_of_people_in_the_log(
    own_server: RunningServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    who = own_server.counter()
    assert own_server.try_sign_in(who.desk, who.desk.clerk, "a wrong pass-phrase").status_code == 401
    assert who.push(who.desk.do(who.desk.open_till()))[0].outcome == "applied"
    payment = who.desk.do(who.desk.payment(123_400))
    assert who.push(payment, payment)[0].outcome == "applied"
    # One that can't be read, one that no handler knows, one that asks the wrong way.
    who.http.post("/v1/commands", content=b'{"commands": [{"nonsense": "' + demo.NUMBER.encode() + b'"}]}')
    assert who.push(who.desk.forced(who.desk.open_till()).replace(b'"OpenTill"', b'"OpenDoor"'))[0].outcome == "parked"
    who.http.get("/v1/feed", params={"after": demo.NUMBER + "x"})
    who.page(0)
    # A fault of the server in the middle of a payment, whose statement and trace go into the log.
    with writing(own_server.engine) as connection:
        connection.execute(text("ALTER TABLE payment RENAME TO payment_of_another_time"))
    assert who.push(who.desk.do(who.desk.payment(123_400)))[0].outcome == "parked"
    log = "\n".join(caplog.handler.format(record) for record in caplog.records if record.name not in NOT_THE_SERVERS)
    assert "Traceback" in log
    assert "INSERT INTO payment" in log
    secret = who.tokens.desk_secret or b""
    never = {
        "the password": demo.PASSWORD,
        "a wrong password": "a wrong pass-phrase",
        "the access token": who.tokens.access,
        "the refresh token": who.tokens.refresh,
        "the desk's secret": base64.b64encode(secret).decode(),
        "the desk's secret in hexadecimal": secret.hex(),
        "a name": demo.FAMILY,
        "a number": demo.NUMBER,
        "an account": demo.ACCOUNT_NUMBER,
        "an amount": "123400",
        "a receipt": f"{who.desk.till_code}-{who.desk.letter}-000001",
    }
    assert all(never.values())
    assert [what for what, value in never.items() if value in log] == []
