"""With a certificate the server speaks TLS, and nothing else on that port."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ccbs_desk.telephony.ami.client import Address, Client, Patience
from ccbs_desk.telephony.port import PbxGone
from server_stub.exchange import exchange_tls
from server_stub.users import UserError
from tests.factories.server import running


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for loopback that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ccbs-server")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = tmp_path / "certificate.pem", tmp_path / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


def test_it_speaks_tls(certificate: tuple[Path, Path], country_file: Path, tmp_path: Path) -> None:
    told = {"tls_certificate": str(certificate[0]), "tls_key": str(certificate[1])}
    with running(f"sqlite:///{tmp_path / 'server.db'}", country_file, tmp_path, **told) as server:
        secure = server.url.replace("http://", "https://")
        trusting = ssl.create_default_context(cafile=str(certificate[0]))
        assert httpx.get(f"{secure}/v1/health", verify=trusting).status_code == 200
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{secure}/v1/health", verify=ssl.create_default_context())
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{server.url}/v1/health", verify=False)


def test_an_exchange_shows_who_it_is_before_it_hears_a_secret(certificate: tuple[Path, Path], tmp_path: Path) -> None:
    path, key = certificate
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path, key)

    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/1.0\r\n")
        await writer.drain()
        writer.close()

    async def problem(port: int, vouching: ssl.SSLContext | None) -> str:
        client = Client(Address("127.0.0.1", port, "ccbs", "secret", vouching), Patience(), lambda _frame: None)
        with pytest.raises(PbxGone) as gone:
            await client.connect()
        await client.close()
        return gone.value.reason.code

    async def story() -> None:
        server = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        async with server:
            # It was understood, and is too old; without trust there is no word at all.
            assert await problem(port, exchange_tls(str(path))) == "pbx.other_version"
            assert await problem(port, ssl.create_default_context()) == "pbx.unreachable"

    asyncio.run(asyncio.wait_for(story(), 30))
    assert exchange_tls("") is None
    with pytest.raises(UserError, match="vouch"):
        exchange_tls(str(key))
