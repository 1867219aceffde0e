"""Sign-in: an enrolled device and the right password; tokens that end; a refresh token that is good once."""

import base64
from uuid import uuid4

import httpx
import msgspec
import pytest
from sqlalchemy import func, select

from ccbs_desk.models.central import Nonce
from ccbs_desk.models.database import reading
from ccbs_desk.wire.codec import encode
from ccbs_desk.wire.messages import Challenge, Problem, RefreshRequest, Tokens
from server_stub.seed import demo
from server_stub.users import NewUser, UserError, Users
from tests.factories.server import RunningServer, SignedIn


def problem(response: httpx.Response, status: int) -> Problem:
    """Return the error that an answer must be."""
    assert response.status_code == status, response.text
    return msgspec.json.decode(response.content, type=Problem)


def refresh(server: RunningServer, session: SignedIn, token: str | None = None) -> httpx.Response:
    """Trade a refresh token."""
    asked = RefreshRequest(refresh=token or session.tokens.refresh, device_id=session.desk.device_id)
    return server.http().post("/v1/session/refresh", content=encode(asked))


def works(server: RunningServer, access: str) -> bool:
    """Tell whether an access token opens the feed."""
    response = server.http(authorization=f"Bearer {access}").get("/v1/feed", params={"after": 0, "limit": 1})
    if response.status_code != 200:
        assert problem(response, 401).code == "sign_in.needed"
    return response.status_code == 200


class TestPassword:
    """Who is let in."""

    def test_the_right_password_opens_and_tells_who_signed_in(self, server: RunningServer) -> None:
        session = server.sign_in(server.enrolled_desk())
        staff = session.tokens.staff
        assert (staff.login, staff.language, staff.roles) == (demo.CLERK, "ar", ("clerk",))
        assert works(server, session.tokens.access)
        lasts = session.tokens.access_expires - session.tokens.server_time
        assert lasts.total_seconds() == 15 * 60

    @pytest.mark.parametrize(("login", "password"), [(demo.CLERK, "wrong"), ("nobody", demo.PASSWORD), ("", "")])
    def test_a_wrong_one_is_never_said_to_be_which(self, server: RunningServer, login: str, password: str) -> None:
        answer = problem(server.try_sign_in(server.enrolled_desk(), login, password), 401)
        assert (answer.code, answer.values) == ("sign_in.wrong", {})

    def test_five_wrong_ones_lock_out_for_five_minutes(self, own_server: RunningServer) -> None:
        desk = own_server.enrolled_desk()
        codes = [problem(own_server.try_sign_in(desk, password="no"), status).code for status in (401,) * 4]
        assert codes == ["sign_in.wrong"] * 4
        locked = problem(own_server.try_sign_in(desk, password="no"), 429)
        assert locked.code == "sign_in.locked_out"
        assert problem(own_server.try_sign_in(desk), 429).values == locked.values
        assert own_server.try_sign_in(desk, demo.CLERK_2).status_code == 200
        own_server.clock.turn(minutes=5)
        assert problem(own_server.try_sign_in(desk, password="no"), 401).code == "sign_in.wrong"
        assert own_server.try_sign_in(desk).status_code == 200
        # A right one sets the count back.
        for _ in range(4):
            assert own_server.try_sign_in(desk, password="no").status_code == 401
        assert own_server.try_sign_in(desk).status_code == 200

    def test_who_was_dismissed_is_out_at_once(self, own_server: RunningServer) -> None:
        session = own_server.sign_in(own_server.enrolled_desk(), demo.CLERK_2)
        Users(own_server.engine, own_server.clock).dismiss(demo.CLERK_2)
        own_server.clock.turn(seconds=3)
        assert not works(own_server, session.tokens.access)
        assert problem(own_server.try_sign_in(session.desk, demo.CLERK_2), 401).code == "sign_in.wrong"

    def test_a_new_person_signs_in(self, server: RunningServer) -> None:
        users = Users(server.engine, server.clock)
        new = NewUser("new.clerk", "ريم", "Reem", demo.CARE_CENTRE_CODE, ["clerk"])
        server.parts.auth.passwords.set(users.add(new), "a password of her own")
        assert (
            server.sign_in(server.enrolled_desk(), "new.clerk", "a password of her own").tokens.staff.name_en == "Reem"
        )
        for bad in (new, NewUser("x", "x", "x", "nowhere", ["clerk"]), NewUser("y", "y", "y", "C001", ["king"])):
            with pytest.raises(UserError):
                users.add(bad)
        with pytest.raises(UserError):
            users.find("nobody")


class TestDevice:
    """A password alone opens nothing."""

    def test_a_device_that_is_not_let_in_signs_nobody_in(self, server: RunningServer) -> None:
        desk = server.desk()
        desk.device_id = uuid4()
        answer = problem(server.try_sign_in(desk), 401)
        assert (answer.code, answer.values) == ("device.not_enrolled", {"state": "unknown"})
        desk.device_id = server.enrol(desk).device_id
        assert problem(server.try_sign_in(desk), 401).values == {"state": "waiting"}

    def test_another_key_than_the_enrolled_one_signs_nobody_in(self, server: RunningServer) -> None:
        thief = server.desk()
        thief.device_id = server.enrolled_desk().device_id
        assert problem(server.try_sign_in(thief), 401).values == {"state": "unknown"}

    def test_a_challenge_is_good_once_and_for_two_minutes(self, own_server: RunningServer) -> None:
        desk = own_server.enrolled_desk()

        def nonce() -> str:
            answer = own_server.http().post("/v1/session/challenge")
            return msgspec.json.decode(answer.content, type=Challenge).nonce

        used = nonce()
        assert own_server.try_sign_in(desk, nonce=used).status_code == 200
        assert problem(own_server.try_sign_in(desk, nonce=used), 401).code == "sign_in.needed"
        assert problem(own_server.try_sign_in(desk, nonce="invented"), 401).code == "sign_in.needed"
        old = nonce()
        own_server.clock.turn(minutes=2)
        assert problem(own_server.try_sign_in(desk, nonce=old), 401).code == "sign_in.needed"

    def test_nothing_is_kept_of_a_challenge_until_a_device_has_answered_it(self, own_server: RunningServer) -> None:
        desk, thief = own_server.enrolled_desk(), own_server.desk()
        thief.device_id = desk.device_id
        http = own_server.http()

        def kept() -> int:
            with reading(own_server.engine) as connection:
                return connection.execute(select(func.count()).select_from(Nonce)).scalar_one()

        nonces = {msgspec.json.decode(http.post("/v1/session/challenge").content, type=Challenge).nonce for _ in "abcd"}
        assert len(nonces) == 4
        assert own_server.try_sign_in(thief).status_code == 401
        assert kept() == 0
        assert own_server.try_sign_in(desk).status_code == 200
        assert kept() == 1
        own_server.clock.turn(minutes=2)
        assert own_server.try_sign_in(desk).status_code == 200
        assert kept() == 1

    def test_a_challenge_of_another_hand_is_none(self, own_server: RunningServer) -> None:
        desk = own_server.enrolled_desk()
        own = msgspec.json.decode(own_server.http().post("/v1/session/challenge").content, type=Challenge).nonce
        said = bytearray(base64.urlsafe_b64decode(own))
        said[20] ^= 1
        for bad in (base64.urlsafe_b64encode(said).decode(), own[:-4], own + "AAAA", own.rstrip("="), "é", ""):
            if bad != own:
                assert problem(own_server.try_sign_in(desk, nonce=bad or "-"), 401).code == "sign_in.needed"
        assert own_server.try_sign_in(desk, nonce=own).status_code == 200


class TestTokens:
    """How long a sign-in lasts."""

    def test_an_access_token_ends_after_its_minutes(self, own_server: RunningServer) -> None:
        session = own_server.sign_in(own_server.enrolled_desk())
        own_server.clock.turn(minutes=14)
        assert works(own_server, session.tokens.access)
        own_server.clock.turn(minutes=1)
        assert not works(own_server, session.tokens.access)

    def test_a_refresh_token_is_traded_once(self, server: RunningServer) -> None:
        session = server.sign_in(server.enrolled_desk())
        renewed = msgspec.json.decode(refresh(server, session).content, type=Tokens)
        assert works(server, renewed.access)
        assert renewed.refresh != session.tokens.refresh
        again = msgspec.json.decode(refresh(server, session, renewed.refresh).content, type=Tokens)
        assert works(server, again.access)

    def test_a_refresh_token_that_comes_twice_ends_the_whole_sign_in(self, server: RunningServer) -> None:
        session = server.sign_in(server.enrolled_desk())
        other = server.sign_in(session.desk)
        renewed = msgspec.json.decode(refresh(server, session).content, type=Tokens)
        assert problem(refresh(server, session), 401).code == "sign_in.needed"
        assert problem(refresh(server, session, renewed.refresh), 401).code == "sign_in.needed"
        assert not works(server, renewed.access)
        assert not works(server, session.tokens.access)
        assert works(server, other.tokens.access)

    def test_a_refresh_token_is_of_its_device(self, server: RunningServer) -> None:
        session = server.sign_in(server.enrolled_desk())
        stolen = RefreshRequest(refresh=session.tokens.refresh, device_id=uuid4())
        answer = server.http().post("/v1/session/refresh", content=encode(stolen))
        assert problem(answer, 401).code == "sign_in.needed"
        assert not works(server, session.tokens.access)

    def test_a_refresh_token_ends_after_its_hours(self, own_server: RunningServer) -> None:
        session = own_server.sign_in(own_server.enrolled_desk())
        own_server.clock.turn(hours=12)
        assert problem(refresh(own_server, session), 401).code == "sign_in.needed"

    def test_an_access_token_is_no_refresh_token_nor_the_reverse(self, server: RunningServer) -> None:
        session = server.sign_in(server.enrolled_desk())
        assert not works(server, session.tokens.refresh)
        assert problem(refresh(server, session, session.tokens.access), 401).code == "sign_in.needed"

    def test_signing_out_ends_the_tokens(self, server: RunningServer) -> None:
        session = server.sign_in(server.enrolled_desk())
        assert session.http.delete("/v1/session").status_code == 204
        assert not works(server, session.tokens.access)
        assert problem(refresh(server, session), 401).code == "sign_in.needed"

    @pytest.mark.parametrize("header", ["", "Bearer", "Basic x", "Bearer invented", "Bearer a b"])
    def test_no_token_no_answer(self, server: RunningServer, header: str) -> None:
        for method, path in (("GET", "/v1/feed?after=0"), ("POST", "/v1/commands"), ("GET", "/v1/snapshot"),
                             ("GET", "/v1/live"), ("DELETE", "/v1/session")):  # fmt: skip
            response = server.http().request(method, path, headers={"authorization": header} if header else {})
            assert problem(response, 401).code == "sign_in.needed"
