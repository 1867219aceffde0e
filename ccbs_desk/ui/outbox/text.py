"""The words of the outbox."""

from ccbs_desk.config.language import message

TITLE = message("Outbox")
