"""The words for the reasons of the telephone exchange: what it is, what was kept, what to do."""

from ccbs_desk.config.language import Message, message
from ccbs_desk.domain import phone_errors
from ccbs_desk.domain.errors import Reason

_NOTHING_CHANGED = message("Nothing was changed.")
_CALL_AS_IT_WAS = message("The call is as it was.")
_WORK_GOES_ON = message("Calls go on at the telephone. Everything else works without the exchange.")
_SUPPORT_EXCHANGE = message("Answer at the telephone and search for the caller here. Tell the support of the exchange.")

Triple = tuple[Message, Message, Message]

TABLE: dict[type[Reason], Triple] = {
    phone_errors.PbxConnecting: (
        message("The telephone exchange is being connected."),
        _WORK_GOES_ON,
        message("Wait a moment. If it stays like this, tell the support of the exchange."),
    ),
    phone_errors.PbxUnreachable: (
        message("The telephone exchange can't be reached."),
        _WORK_GOES_ON,
        _SUPPORT_EXCHANGE,
    ),
    phone_errors.PbxSilent: (
        message("The telephone exchange does not answer any more."),
        _WORK_GOES_ON,
        _SUPPORT_EXCHANGE,
    ),
    phone_errors.PbxOtherVersion: (
        message("The telephone exchange has another version than this program knows. It calls itself “{text}”."),
        _WORK_GOES_ON,
        _SUPPORT_EXCHANGE,
    ),
    phone_errors.PbxWrongSecret: (
        message("The telephone exchange does not accept our password."),
        _WORK_GOES_ON,
        _SUPPORT_EXCHANGE,
    ),
    phone_errors.PbxDenied: (
        message("The telephone exchange does not allow us “{text}”."),
        _WORK_GOES_ON,
        _SUPPORT_EXCHANGE,
    ),
    phone_errors.PbxGarbled: (
        message("The telephone exchange sends what can't be read."),
        _WORK_GOES_ON,
        _SUPPORT_EXCHANGE,
    ),
    phone_errors.PbxCannot: (
        message("The telephone exchange can't do this from here."),
        _CALL_AS_IT_WAS,
        message("Use the keys of the telephone."),
    ),
    phone_errors.PbxFailed: (
        message("The telephone exchange could not do it. It says: “{text}”."),
        _NOTHING_CHANGED,
        message("Try again, or use the keys of the telephone."),
    ),
    phone_errors.CallGone: (
        message("The call has ended meanwhile."),
        message("What you wrote for this call is kept."),
        message("Wrap the call up."),
    ),
    phone_errors.ExtensionUnknown: (
        message("“{text}” is no extension and no queue here."),
        _CALL_AS_IT_WAS,
        message("Choose a colleague or a queue from the list."),
    ),
    phone_errors.NobodyThere: (
        message("Nobody is logged in at the telephone {text}, or it can't be reached."),
        _CALL_AS_IT_WAS,
        message("Choose a colleague or a queue from the list."),
    ),
    phone_errors.ExtensionInUse: (
        message("The telephone {text} is in a call."),
        _CALL_AS_IT_WAS,
        message("Choose another colleague, or a queue."),
    ),
    phone_errors.NotDialable: (
        message("“{text}” can't be dialled."),
        _NOTHING_CHANGED,
        message("Type area code and number, such as {number}."),
    ),
    phone_errors.NoPbx: (
        message("The centre that this desk works with has no telephone exchange."),
        _NOTHING_CHANGED,
        message("Answer at the telephone and search for the caller here."),
    ),
    phone_errors.ExtensionTaken: (
        message("Another agent is logged in at the telephone {text}."),
        _NOTHING_CHANGED,
        message("Look at the number on the telephone before you. If it is right, ask that agent to log out."),
    ),
    phone_errors.CallOfOther: (
        message("This call is another agent's."),
        _CALL_AS_IT_WAS,
        message("Ask that agent, or wait until the call is handed over to you."),
    ),
    phone_errors.CallFirst: (
        message("You are in a call, or your telephone is ringing."),
        _CALL_AS_IT_WAS,
        message("End the call first."),
    ),
    phone_errors.PauseUnknown: (
        message("There is no reason “{text}” for a pause."),
        _NOTHING_CHANGED,
        message("Choose a reason from the list."),
    ),
    phone_errors.WrapUpFirst: (
        message("A call is over, but not wrapped up."),
        message("What you wrote for this call is kept."),
        message("Wrap the call up; then calls can come again."),
    ),
    phone_errors.AgentLoggedOut: (
        message("The telephone is logged in to no queue."),
        _NOTHING_CHANGED,
        message("Log in to your queues first."),
    ),
}
