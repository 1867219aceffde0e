"""The secret of a desk: told after a sign-in to an approved device, the same for all who work there, gone for ever."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import msgspec
from sqlalchemy import select, update

from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import DeviceSecret
from ccbs_desk.models.database import reading, writing
from ccbs_desk.models.reference import Device
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.wire.codec import encode
from ccbs_desk.wire.messages import RefreshRequest, Tokens
from server_stub.desk_secrets import SECRET_BYTES, desk_secret
from server_stub.seed import demo
from tests.factories.field_desk import FieldDesk
from tests.factories.server import RunningServer, SignedIn


def kept(server: RunningServer, device_id: UUID) -> bytes | None:
    """Return what the server has of a device's secret."""
    with reading(server.engine) as connection:
        found = select(DeviceSecret.secret).where(DeviceSecret.device_id == device_id)
        return connection.execute(found).scalar_one_or_none()


def refreshed(server: RunningServer, who: SignedIn) -> Tokens:
    """Return the pair that follows."""
    asked = RefreshRequest(refresh=who.tokens.refresh, device_id=who.desk.device_id)
    response = server.http().post("/v1/session/refresh", content=encode(asked))
    assert response.status_code == 200, response.text
    return msgspec.json.decode(response.content, type=Tokens)


def put_into_state(server: RunningServer, desk: FieldDesk, state: str) -> None:
    """Change what the server holds of a device."""
    with writing(server.engine) as connection:
        connection.execute(update(table_of(Device)).where(Device.id == desk.device_id).values(state=state))


def test_whoever_signs_in_at_a_desk_hears_the_same_secret(server: RunningServer) -> None:
    first = server.counter()
    secret = first.tokens.desk_secret
    assert secret is not None
    assert len(secret) == SECRET_BYTES
    assert kept(server, first.desk.device_id) == secret
    assert server.sign_in(first.desk, demo.SUPERVISOR).tokens.desk_secret == secret
    assert refreshed(server, first).desk_secret == secret


def test_every_desk_has_a_secret_of_its_own(server: RunningServer) -> None:
    secrets = {server.counter().tokens.desk_secret for _ in range(3)}
    assert len(secrets) == 3


def test_two_who_sign_in_at_once_hear_the_same(server: RunningServer) -> None:
    desk = server.enrolled_desk()
    assert kept(server, desk.device_id) is None

    def told(_n: int) -> bytes | None:
        with writing(server.engine) as connection:
            return desk_secret(connection, desk.device_id, server.clock())

    with ThreadPoolExecutor(6) as threads:
        (one,) = set(threads.map(told, range(24)))
    assert one == kept(server, desk.device_id)


def test_a_frozen_desk_hears_none_until_a_person_has_decided(server: RunningServer) -> None:
    who = server.counter()
    put_into_state(server, who.desk, "frozen")
    assert server.sign_in(who.desk, who.desk.clerk).tokens.desk_secret is None
    assert refreshed(server, who).desk_secret is None
    server.parts.devices.unfreeze(who.desk.device_id)
    assert server.sign_in(who.desk, who.desk.clerk).tokens.desk_secret == who.tokens.desk_secret


def test_a_revoked_desk_never_hears_it_again(server: RunningServer) -> None:
    who = server.counter()
    server.parts.devices.revoke(who.desk.device_id)
    assert kept(server, who.desk.device_id) is None
    assert server.try_sign_in(who.desk, who.desk.clerk).json()["code"] == "device.not_enrolled"
    with writing(server.engine) as connection:
        assert desk_secret(connection, who.desk.device_id, server.clock()) is None
    assert kept(server, who.desk.device_id) is None


def test_the_secret_travels_in_tokens_alone(server: RunningServer) -> None:
    who = server.counter()
    secret = who.tokens.desk_secret
    assert secret is not None
    told = encode(secret).strip(b'"')
    assert "device_secret" not in SYNCED
    assert told not in who.http.get("/v1/feed", params={"after": 0}).content
    assert told not in server.http().get(f"/v1/devices/{who.desk.device_id}").content
