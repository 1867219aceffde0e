"""Sign in, go on, sign out."""

from litestar import delete, post
from litestar.params import JSONBody

from ccbs_desk.wire.messages import API, Challenge, RefreshRequest, SignInRequest, Tokens
from server_stub.gateway import actions
from server_stub.parts import SignedIn, TheParts
from server_stub.problems import ANSWERS


@post(f"{API}/session/challenge", status_code=200, responses=ANSWERS)
async def challenge(parts: TheParts) -> Challenge:
    """Give out a nonce that the device signs together with the login."""
    return await parts.run(parts.auth.challenge)


@post(f"{API}/session", status_code=200, responses=ANSWERS)
async def sign_in(data: JSONBody[SignInRequest], parts: TheParts) -> Tokens:
    """Give tokens to a person on an enrolled device."""
    return await parts.run(parts.auth.sign_in, data)


@post(f"{API}/session/refresh", status_code=200, responses=ANSWERS)
async def refresh(data: JSONBody[RefreshRequest], parts: TheParts) -> Tokens:
    """Trade a refresh token for a new pair, once."""
    return await parts.run(parts.auth.refresh, data)


@delete(f"{API}/session", responses=ANSWERS)
async def sign_out(session: SignedIn, parts: TheParts) -> None:
    """End the sign-in's tokens; the telephone is logged out too."""
    if parts.gateway is not None:
        actions.sign_out(parts.gateway, session)
    await parts.run(parts.auth.sign_out, session)
