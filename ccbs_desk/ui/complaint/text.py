"""The words of the complaints."""

from datetime import timedelta

from ccbs_desk.config.language import Message, Text, message, nmessage, pmessage

TITLE = message("Complaints")
NOBODY = message("No subscriber is open")
NOBODY_TODO = message("Search for one first (F2).")
SEARCH = message("Search")
BACK = message("Back")
NONE_YET = message("No complaint so far")

CATEGORY = pmessage("column", "Category")
STATE = pmessage("column", "State")
OPENED = pmessage("column", "Opened")
DUE = pmessage("column", "Due")
LINE = message("Line")
NUMBER = message("{number}")
ACCOUNT_ITSELF = message("The account, no line")
RANK = pmessage("column", "No.")
LEVEL = pmessage("column", "To be done within")

STATES: dict[str, Message] = {
    "acknowledged": pmessage("complaint", "Received"),
    "inProgress": pmessage("complaint", "In progress"),
    "pending": pmessage("complaint", "Pending"),
    "held": pmessage("complaint", "On hold"),
    "resolved": pmessage("complaint", "Resolved"),
    "closed": pmessage("complaint", "Closed"),
}
OTHER_STATE = pmessage("complaint", "Another state")
LATE = message("Late since {moment}")
PAUSED = message("Clock paused")

SAID = message("What was said")
NOTE_HEAD = message("{what} · {by} · {at}")
NOTES: dict[str, Message] = {
    "opened": pmessage("note", "Opened"),
    "comment": pmessage("note", "Comment"),
    "resolved": pmessage("note", "Resolved"),
    "reopened": pmessage("note", "Reopened"),
}

NEW_TITLE = message("New complaint")
NEW = message("New complaint")
CATEGORIES = message("Categories")
CHOOSE = message("Press the number of the category, then write.")
WORDS = message("What the subscriber says")
WORDS_MISSING = message("Write what the subscriber says.")
CATEGORY_MISSING = message("Choose a category.")
CONFIRM = message("Open the complaint")
OPENED_NOW = message("The complaint is open.")
ALREADY = message("A complaint of this kind is open already. Add a comment to it, or open another one knowingly.")
ALL_THE_SAME = message("Open another one")

ABOUT_TITLE = message("About the open complaint")
ABOUT_CLOSED = message("About the resolved complaint")
COMMENT_WORDS = message("Comment, or what was done")
COMMENT_MISSING = message("Write a few words first.")
COMMENT = message("Add the comment")
RESOLVE = message("Resolve it")
COMMENTED = message("The comment is kept.")
RESOLVED_NOW = message("The complaint is resolved.")


def calls(count: int) -> Text:
    """Say in how many calls it was spoken of."""
    return nmessage("Spoken of in {n} call", "Spoken of in {n} calls", count)


def level(service: timedelta, *, working: bool) -> Text:
    """Say within which time something is to be done, in the largest unit that fits."""
    minutes = int(service.total_seconds() // 60)
    if working:
        hours = max(1, round(minutes / 60))
        return nmessage("{n} working hour", "{n} working hours", hours)
    if minutes % (24 * 60) == 0:
        return nmessage("{n} day", "{n} days", minutes // (24 * 60))
    return nmessage("{n} hour", "{n} hours", max(1, round(minutes / 60)))
