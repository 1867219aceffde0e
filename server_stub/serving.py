"""Run the application on uvicorn: no access log, since addresses carry numbers of people, and live lines end first."""

import socket

import uvicorn

from server_stub.app import build_app
from server_stub.parts import Parts

GRACE_SECONDS = 10


class Server(uvicorn.Server):
    """A uvicorn that ends the live streams before it waits for its connections."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(
            uvicorn.Config(
                build_app(parts),
                host=parts.settings.host,
                port=parts.settings.port,
                log_config=None,
                access_log=False,
                server_header=False,
                ssl_certfile=parts.settings.tls_certificate or None,
                ssl_keyfile=parts.settings.tls_key or None,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        self.parts = parts

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then the rest as usual."""
        self.parts.live.close()
        await super().shutdown(sockets)

    def address(self) -> tuple[str, int]:
        """Return where it listens, once it has started."""
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        return str(host), int(port)
