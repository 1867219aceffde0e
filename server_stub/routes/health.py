"""Whether the server is there and reaches its database."""

from litestar import get

from ccbs_desk import __version__
from ccbs_desk.models.database import reading
from ccbs_desk.wire.messages import API, Health
from server_stub.feed import Head, head_of
from server_stub.parts import Parts, TheParts
from server_stub.problems import ANSWERS


@get(f"{API}/health", responses=ANSWERS)
async def health(parts: TheParts) -> Health:
    """Answer once the database has answered."""
    head = await parts.run(_head, parts)
    return Health(version=__version__, head=head.position, epoch=head.epoch, server_time=parts.now())


def _head(parts: Parts) -> Head:
    with reading(parts.engine) as connection:
        return head_of(connection)
