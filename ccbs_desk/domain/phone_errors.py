"""Why the telephone exchange did not do something, or can't be asked: reasons as in `errors`."""

from dataclasses import dataclass
from typing import ClassVar

from ccbs_desk.domain.errors import Reason

# The link to the exchange


@dataclass(frozen=True, slots=True)
class PbxConnecting(Reason):
    """The exchange is being connected for the first time, or its picture is being fetched."""

    code: ClassVar[str] = "pbx.connecting"


@dataclass(frozen=True, slots=True)
class PbxUnreachable(Reason):
    """The exchange does not take the connection, or has closed it."""

    code: ClassVar[str] = "pbx.unreachable"


@dataclass(frozen=True, slots=True)
class PbxSilent(Reason):
    """The connection stands, but the exchange does not answer on it: half open, or the exchange hangs."""

    code: ClassVar[str] = "pbx.silent"


@dataclass(frozen=True, slots=True)
class PbxOtherVersion(Reason):
    """What answers there is no manager interface that we speak; `text` is how it introduced itself."""

    code: ClassVar[str] = "pbx.other_version"
    text: str


@dataclass(frozen=True, slots=True)
class PbxWrongSecret(Reason):
    """The exchange does not accept the gateway's user and secret."""

    code: ClassVar[str] = "pbx.wrong_secret"


@dataclass(frozen=True, slots=True)
class PbxDenied(Reason):
    """The exchange knows the gateway, but does not allow it what it needs; `text` is the request."""

    code: ClassVar[str] = "pbx.denied"
    text: str


@dataclass(frozen=True, slots=True)
class PbxGarbled(Reason):
    """The exchange sends what can't be read."""

    code: ClassVar[str] = "pbx.garbled"


# What is asked of the exchange


@dataclass(frozen=True, slots=True)
class PbxCannot(Reason):
    """This make of exchange can't do that; the telephone itself can."""

    code: ClassVar[str] = "pbx.cannot"


@dataclass(frozen=True, slots=True)
class PbxFailed(Reason):
    """The exchange tried and failed; `text` is what it said."""

    code: ClassVar[str] = "pbx.failed"
    text: str


@dataclass(frozen=True, slots=True)
class CallGone(Reason):
    """The call has ended meanwhile."""

    code: ClassVar[str] = "call.gone"


@dataclass(frozen=True, slots=True)
class ExtensionUnknown(Reason):
    """There is no such extension or queue to send a call to, or to log in."""

    code: ClassVar[str] = "pbx.extension_unknown"
    text: str


@dataclass(frozen=True, slots=True)
class NobodyThere(Reason):
    """Nobody is logged in at the telephone that a call is to go to, or it can't be reached."""

    code: ClassVar[str] = "pbx.nobody_there"
    text: str


@dataclass(frozen=True, slots=True)
class ExtensionInUse(Reason):
    """The telephone that a call is to go to rings or is in a call."""

    code: ClassVar[str] = "pbx.extension_in_use"
    text: str


@dataclass(frozen=True, slots=True)
class NotDialable(Reason):
    """What is to be dialled is no telephone number."""

    code: ClassVar[str] = "pbx.not_dialable"
    text: str


@dataclass(frozen=True, slots=True)
class AgentLoggedOut(Reason):
    """The telephone is logged in to no queue."""

    code: ClassVar[str] = "agent.logged_out"


# What an agent may not do


@dataclass(frozen=True, slots=True)
class NoPbx(Reason):
    """The server that this desk works with has no telephone exchange."""

    code: ClassVar[str] = "pbx.none"


@dataclass(frozen=True, slots=True)
class ExtensionTaken(Reason):
    """Another agent is logged in at this telephone."""

    code: ClassVar[str] = "agent.extension_taken"
    text: str


@dataclass(frozen=True, slots=True)
class CallOfOther(Reason):
    """The call is another agent's; nobody acts on it but him."""

    code: ClassVar[str] = "call.of_other"


@dataclass(frozen=True, slots=True)
class CallFirst(Reason):
    """The agent is in a call, or one rings at his telephone; nobody leaves a telephone in a call."""

    code: ClassVar[str] = "agent.call_first"


@dataclass(frozen=True, slots=True)
class PauseUnknown(Reason):
    """There is no such reason for a pause; `text` is what was asked for."""

    code: ClassVar[str] = "agent.pause_unknown"
    text: str


@dataclass(frozen=True, slots=True)
class WrapUpFirst(Reason):
    """A call is over and not wrapped up; the agent gets no other until it is."""

    code: ClassVar[str] = "agent.wrap_up_first"
