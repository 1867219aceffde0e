"""The words for the refusals of care: features, complaints, calls."""

from ccbs_desk.config.language import Message, message
from ccbs_desk.domain import care_errors
from ccbs_desk.domain.errors import Reason

_NOT_ORDERED = message("Nothing was ordered and nothing is charged.")
_TEXT_KEPT = message("What you typed is still here.")
_AS_IT_WAS = message("The complaint is as it was.")

Triple = tuple[Message, Message, Message]

TABLE: dict[type[Reason], Triple] = {
    care_errors.LineUnknown: (
        message("This line is not on this desk."),
        _NOT_ORDERED,
        message("Open the subscriber's card again and choose the line there."),
    ),
    care_errors.LineNotActive: (
        message("The line is stopped or cancelled."),
        _NOT_ORDERED,
        message("Have the line opened first. After that its features can be changed."),
    ),
    care_errors.FeatureUnknown: (
        message("This feature is not sold any more."),
        _NOT_ORDERED,
        message("Choose another one from the list."),
    ),
    care_errors.FeatureOnAlready: (
        message("“{feature}” has been on this line since {since}."),
        _NOT_ORDERED,
        message("Tell the subscriber that the feature is on. If it does not work, report a fault."),
    ),
    care_errors.FeatureNotOn: (
        message("“{feature}” is not on this line."),
        _NOT_ORDERED,
        message("Look at the list again: it may have been removed meanwhile."),
    ),
    care_errors.FeatureNeeds: (
        message("“{feature}” works only together with “{other}”."),
        _NOT_ORDERED,
        message("Add “{other}” first, then this one."),
    ),
    care_errors.FeatureExcludes: (
        message("“{feature}” does not go together with “{other}”."),
        _NOT_ORDERED,
        message("Ask the subscriber which of the two he wants. Remove “{other}” before you add this one."),
    ),
    care_errors.FeatureNeededBy: (
        message("“{other}” works only together with “{feature}”."),
        _NOT_ORDERED,
        message("Remove “{other}” first, if the subscriber agrees."),
    ),
    care_errors.FeatureOrderOpen: (
        message("“{feature}” was ordered on {ordered_at}, from {effective_on} on; the exchange has not done it yet."),
        message("That order stands. Yours was not recorded, and nothing is charged for it."),
        message("Wait until that order is done. If the subscriber wants something else, order it then."),
    ),
    care_errors.EffectiveOutside: (
        message("{effective_on} is not a day for which this can be ordered."),
        _NOT_ORDERED,
        message("Choose a day from {first} to {last}."),
    ),
    care_errors.PriceChanged: (
        message("The price of “{feature}” has changed: it was {shown}, now it is {price}."),
        _NOT_ORDERED,
        message("Tell the subscriber the new price. If he agrees, order it again."),
    ),
    care_errors.OrderFailed: (
        message("The exchange could not do “{feature}”: {failure}"),
        message("Nothing was charged."),
        message("Tell the subscriber. Order it again once the cause is gone."),
    ),
    care_errors.ActLeft: (
        message("It was refused before, and withdrawn or mended since."),
        message("Nothing was changed."),
        message("Nothing is left to do: the act that followed on it stands."),
    ),
    care_errors.ComplaintUnknown: (
        message("This complaint is not on this desk."),
        _TEXT_KEPT,
        message("Open the subscriber's card again. A new complaint arrives when the link is up."),
    ),
    care_errors.ComplaintCategoryUnknown: (
        message("There is no such kind of complaint any more."),
        _TEXT_KEPT,
        message("Choose another kind from the list."),
    ),
    care_errors.ComplaintOpenAlready: (
        message("A complaint of this kind, “{category}”, has been open since {opened_at}."),
        _TEXT_KEPT,
        message("Add what you typed to that one. Open a second one only for another trouble."),
    ),
    care_errors.ComplaintResolvedAlready: (
        message("This complaint was resolved before, on {resolved_at}."),
        _AS_IT_WAS,
        message("Add what you know as a comment. If the trouble goes on, open it again."),
    ),
    care_errors.TextMissing: (
        message("A few words are missing."),
        _TEXT_KEPT,
        message("Write in a few words what it is about, then confirm again."),
    ),
    care_errors.TextTooLong: (
        message("The text is {length} characters long; {limit} are kept."),
        _TEXT_KEPT,
        message("Make it shorter, or write the rest as a comment."),
    ),
    care_errors.WrapUpCodeUnknown: (
        message("There is no such way to wrap a call up any more."),
        _TEXT_KEPT,
        message("Choose another one from the list."),
    ),
    care_errors.WrapUpNeedsNotes: (
        message("“{wrap_up}” alone does not say what the call was about."),
        _TEXT_KEPT,
        message("Write a few words about the call, then confirm again."),
    ),
}
