"""Traces of presence and of looking: sign-in, sign-out, a card that was opened. They change no data; the audit row of
the act is what they leave behind.

Source: domain.md, Control ("every act is logged") and Directory ("every look-up is logged").
"""

from ccbs_desk.domain.commands import ChangeStoreKey, SignIn, SignOut, ViewSubscriber
from ccbs_desk.services.registry import handles
from ccbs_desk.services.work import Work


@handles(SignIn)
def sign_in(command: SignIn, work: Work) -> None:
    """Leave a trace that the person began to work here. Raises Refused: permission.missing (by the bus)."""


@handles(SignOut)
def sign_out(command: SignOut, work: Work) -> None:
    """Leave a trace that the person left, and how much was unsent then."""


@handles(ViewSubscriber)
def view_subscriber(command: ViewSubscriber, work: Work) -> None:
    """Leave a trace that a card was opened. Raises Refused: permission.missing (by the bus)."""


@handles(ChangeStoreKey)
def change_store_key(command: ChangeStoreKey, work: Work) -> None:
    """Leave a trace that the desk's database has another key. Raises Refused: permission.missing (by the bus)."""
