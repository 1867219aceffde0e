"""The words of the agent's state."""

from ccbs_desk.config.language import Message, message, pmessage

LOGGED_OUT = pmessage("agent", "Logged out")
STATES: dict[str, Message] = {
    "logged_out": LOGGED_OUT,
    "ready": pmessage("agent", "Ready"),
    "offered": pmessage("agent", "Call offered"),
    "talking": pmessage("agent", "In a call"),
    "wrap_up": pmessage("agent", "Wrapping up"),
    "paused": pmessage("agent", "Paused"),
    "away": pmessage("agent", "Away: the desk was not heard of"),
}
PAUSED_FOR = pmessage("agent", "Paused: {reason}")

PBX_DOWN = message("The telephone exchange does not answer. Calls still ring at the telephone.")
PBX_REFUSED = message("The telephone exchange refuses this program. Tell the technicians.")
PBX_RESYNCING = message("The state of the calls is being read anew.")
PBX_OFF = message("The telephone is not connected to this program.")

HANDED_OVER = message("from {agent}")

TITLE = message("Your state")
SINCE = message("{state} since {time}")
EXTENSION = message("Extension")
EXTENSION_HINT = message("The number of the telephone before you.")
EXTENSION_MISSING = message("Which telephone is before you?")
QUEUES = message("Queues")
QUEUES_HINT = message("Press the number beside it to take a queue in or leave it out.")
QUEUES_MISSING = message("From which queue do you take calls?")
LOG_IN = message("Log in to the queues")
LOG_OUT = message("Log out of the queues")
READY = message("Ready for calls")
PAUSE = message("Pause: {reason}")
WRAP_UP = message("Wrap the call up")
IN_CALL = message("The state changes by itself when the call is over.")
CLOSE = message("Close")
CHOOSE = message("Press the number beside it.")

TRANSFER = message("Hand the call over")
TO = message("To")
TO_HINT = message("A name or an extension, where it is not in the list. The caller's card goes along.")
CHOOSE_TARGET = message("Press the number beside a queue or a colleague who is free.")
CHOSEN = message("Chosen")
COLLEAGUE = message("{name} · {extension}")
NOTE = message("What the next one is to know")
NOTE_HINT = message("It is shown with the call.")
TO_MISSING = message("To whom?")
HAND_OVER = message("Hand over")

CHANGE_STATE = message("Change your state")
ANSWERS = message("Answer the call")
HANGS_UP = message("Hang up the call")
HOLDS = message("Hold or resume the call")
