"""Where a short message goes: to the operator's gateway one day, to a folder today.

`send` may wait for a disk or a network. Call it in a thread (`asyncio.to_thread`), never in the event loop.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from ccbs_desk.domain.directory_errors import SmsNeedsMobile, SmsNotSent
from ccbs_desk.domain.errors import Refused, Unavailable
from ccbs_desk.domain.numbers import BadNumber, NumberKind, parse_number


@dataclass(frozen=True, slots=True)
class Sms:
    """A message to a mobile, given as E.164."""

    to: str
    text: str
    at: datetime


class SmsPort(Protocol):
    """A place that takes messages."""

    def send(self, sms: Sms) -> None:
        """Hand a message over. Blocks. Raises Unavailable: sms.not_sent."""


@dataclass(frozen=True, slots=True)
class SmsFolder:
    """Keeps each message as a file; one is whole or not there."""

    folder: Path

    def send(self, sms: Sms) -> None:
        """Write the message. Raises Unavailable: sms.not_sent."""
        name = f"{sms.at:%Y%m%dT%H%M%S%f}-{sms.to.lstrip('+')}.json"
        told = {"to": sms.to, "text": sms.text, "at": sms.at.isoformat()}
        part = self.folder / f"{name}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
            part.replace(self.folder / name)
        except OSError as error:
            raise Unavailable(SmsNotSent()) from error


def mobile(typed: str) -> str:
    """Return a mobile's number as E.164. Raises Refused: sms.needs_mobile."""
    try:
        number = parse_number(typed, None)
    except BadNumber as error:
        raise Refused(SmsNeedsMobile()) from error
    if number.kind is not NumberKind.MOBILE or number.e164 is None:
        raise Refused(SmsNeedsMobile())
    return number.e164
