"""Which handler does which command. A handler registers itself where it is written; there is one a command."""

from collections.abc import Callable
from typing import Any, TypeVar

from ccbs_desk.domain.commands import Command
from ccbs_desk.services.work import Work

C = TypeVar("C", bound=Command)
R = TypeVar("R")
Handler = Callable[[Any, Work], object]

_HANDLERS: dict[str, Handler] = {}


def handles(command: type[C]) -> Callable[[Callable[[C, Work], R]], Callable[[C, Work], R]]:
    """Declare the one handler of a command."""

    def register(handler: Callable[[C, Work], R]) -> Callable[[C, Work], R]:
        if command.KIND in _HANDLERS:
            raise ValueError(f"{command.KIND} has a handler already")
        _HANDLERS[command.KIND] = handler
        return handler

    return register


def handler_of(command: Command) -> Handler:
    """Return the handler of a command. None at all is our bug (KeyError)."""
    return _HANDLERS[command.KIND]
