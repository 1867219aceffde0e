"""How the exchange is laid out: what its telephones and dial contexts are called. Fixed; nothing typed gets into it."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Names in the exchange's dial plan.

    `transfer_context` is where a transfer may send a caller (extensions and queues, nothing else), `dial_context` where
    an agent's own call goes on. `did_variable` and `queue_variable` are channel variables that events and lists carry.
    """

    technology: str = "PJSIP"
    extensions: str = "[1-9][0-9]{2,5}"
    transfer_context: str = "transfer"
    dial_context: str = "from-agent"
    did_variable: str = "CCBS_DID"
    queue_variable: str = "CCBS_QUEUE"
    dial_seconds: int = 30

    def interface(self, extension: str) -> str:
        """Return what the exchange calls an agent's telephone."""
        return f"{self.technology}/{extension}"

    def extension_of(self, name: str) -> str:
        """Return the extension of a channel or an interface; nothing for trunks, local channels and the like."""
        found = re.fullmatch(rf"{self.technology}/({self.extensions})(?:-[0-9a-f]+)?", name)
        return found[1] if found else ""

    def target_of(self, name: str) -> str:
        """Return the extension that a channel reaches, be it by way of a local channel."""
        found = re.match(rf"Local/({self.extensions})@", name)
        return found[1] if found else self.extension_of(name)
