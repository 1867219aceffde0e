"""Where the server is: encrypted to anywhere, in clear to this machine only."""

import ipaddress
from urllib.parse import urlsplit


class InsecureAddress(ValueError):
    """The address is no server address, or speaks in clear to another machine. Code: `address.insecure`."""

    code = "address.insecure"

    def __init__(self, address: str) -> None:
        super().__init__(f"{self.code}: {address}")
        self.address = address


def checked_address(address: str) -> bool:
    """Return whether the address is encrypted. Raises InsecureAddress when it is not and leaves this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
        _ = parts.port
    except ValueError as error:
        raise InsecureAddress(address) from error
    if not host or parts.username or parts.query or parts.fragment:
        raise InsecureAddress(address)
    if parts.scheme == "https":
        return True
    if parts.scheme != "http" or not _is_this_machine(host):
        raise InsecureAddress(address)
    return False


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
