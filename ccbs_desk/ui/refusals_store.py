"""The words for a local database that can't be used as it lies on its disk: what it is, what was kept, what to do."""

from ccbs_desk.config.language import Message, message
from ccbs_desk.domain import errors, store_errors
from ccbs_desk.domain.errors import Reason

_NOTHING_CHANGED = message("Nothing was changed.")
_AS_IT_WAS = message("The data is as it was, and stays encrypted. What was not sent is in it.")

Triple = tuple[Message, Message, Message]

TABLE: dict[type[Reason], Triple] = {
    errors.StoreKeyWrong: (
        message("The data of this desk can't be opened with this key."),
        message("The data is untouched and stays encrypted."),
        message("Sign in with the link up, so that a new key can be made, or call the support."),
    ),
    errors.StoreDamaged: (
        message("The data of this desk is damaged on its disk."),
        message("What was not sent is saved beside it, as far as it can be read."),
        message("Take no money now. Sign in with the link up: the data is loaded anew and what was saved is sent."),
    ),
    errors.StoreLost: (
        message("The data of this desk is gone from its disk."),
        message("What was sent is safe at the centre. What was not sent yet is lost here; its receipts still count."),
        message("Call the support. To work on, ask for this desk to be approved anew."),
    ),
    errors.StoreInUse: (
        message("CCBS Desk is already running on this computer."),
        _NOTHING_CHANGED,
        message("Go to the open window. If there is none, restart the computer."),
    ),
    store_errors.StoreReadOnly: (
        message("Nothing can be written on this desk's disk."),
        message("All earlier work is safe. What is on the screen can still be read."),
        message("Take no money here. Work at another desk, and call the support."),
    ),
    store_errors.StoreNewer: (
        message("A newer release of the program has worked with this desk's data."),
        _AS_IT_WAS,
        message("Start the newer release, or call the support."),
    ),
    store_errors.UpgradeFailed: (
        message("This release can't take over the data of this desk."),
        _AS_IT_WAS,
        message("Go on with the release before, and call the support."),
    ),
    store_errors.StorePartLost: (
        message("A part of this desk's data can't be read any more."),
        message("Acts that were saved: {saved}. They wait for a person at the centre. The damaged file is kept."),
        message("Call the support. Then start the program again and ask for this desk to be approved anew."),
    ),
    store_errors.DataTooOld: (
        message("The data of this desk is older than allowed. Limit in days: {days}."),
        message("What was done here and not sent is kept, and goes out when the link is back."),
        message("Bring the link up, then the data is fresh again. Until then no subscriber is shown here."),
    ),
}
