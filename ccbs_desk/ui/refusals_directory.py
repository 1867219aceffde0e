"""The words for the refusals of the directory."""

from ccbs_desk.config.language import Message, message
from ccbs_desk.domain import directory_errors
from ccbs_desk.domain.errors import Reason

_NOT_ASKED = message("Nothing was looked up.")
_ALARM_STAYS = message("The alarm is as it was.")

Triple = tuple[Message, Message, Message]

TABLE: dict[type[Reason], Triple] = {
    directory_errors.ReverseNeedsReason: (
        message("A look-up by number needs a reason."),
        _NOT_ASKED,
        message("Write in a few words why you need to know whose number it is."),
    ),
    directory_errors.AlarmUnknown: (
        message("This alarm is not on this desk."),
        _ALARM_STAYS,
        message("Look at the list again when the link is up."),
    ),
    directory_errors.AlarmClosedAlready: (
        message("Somebody has closed this alarm already."),
        message("The first closing stands; yours was not recorded."),
        message("Nothing is left to do."),
    ),
    directory_errors.AlarmAboutOneself: (
        message("This alarm is about you."),
        _ALARM_STAYS,
        message("Ask another supervisor to look at it and close it."),
    ),
    directory_errors.AlarmNeedsReason: (
        message("An alarm is closed with a reason."),
        _ALARM_STAYS,
        message("Write in a few words what was behind it."),
    ),
    directory_errors.DirectoryAbsent: (
        message("The directory is not on this desk yet."),
        message("Everything else works as usual."),
        message("It comes from the centre by itself when the link is up."),
    ),
    directory_errors.NamesBeingPrepared: (
        message("The centre is preparing the names of the whole country."),
        message("Numbers of the whole country, and names of this desk's own area, are found as usual."),
        message("Search by the telephone number, or try the name again in a few minutes."),
    ),
    directory_errors.SmsNeedsMobile: (
        message("A message goes to a mobile only."),
        message("Nothing was sent."),
        message("Type the number of the caller's mobile, for instance 0933 123456."),
    ),
    directory_errors.SmsNotSent: (
        message("The message could not be handed over."),
        message("Nothing was sent."),
        message("Read the number out, or try again in a moment."),
    ),
    directory_errors.RevocationNeedsReason: (
        message("What was taught is taken back with a reason."),
        message("The directory knows it as before."),
        message("Write in a few words why the two names are not the same."),
    ),
}
