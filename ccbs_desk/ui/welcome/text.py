"""The words of the first start."""

from ccbs_desk.config.language import Message, message, nmessage

PRODUCT = message("CCBS Desk")
ASKING = message("Asking the centre to let this desk in")
WAITING = message("This desk waits for a supervisor’s approval")
WAITING_HINT = message("Read this mark to the supervisor. Approval is given only when both marks are the same.")
MARK = message("Mark of this desk")
NO_LINK = message("The centre can’t be reached yet. This desk keeps trying.")
LOADING = message("Loading the subscribers of this area")
BUILDING = message("The centre prepares the file of this area")
LAYING_IN = message("Laying the data in")


def rows(count: int) -> Message:
    """Return how many rows are laid in."""
    return nmessage("{n} row", "{n} rows", count)


def megabytes(done: int, total: int) -> Message:
    """Return how much of the file has come, in megabytes."""
    return message("{done} of {total} MB", done=round(done / 1e6), total=max(1, round(total / 1e6)))
