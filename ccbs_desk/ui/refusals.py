"""The words for every reason that something did not happen: what it was, what was kept, what to do.

One table for all screens. Its texts are filled with the typed values of the reason by the one formatter, whenever they
are shown. A reason without an entry, and the code of a newer server, get a general card: nobody sees a raw code.
"""

from dataclasses import dataclass, fields, replace
from datetime import timedelta

from ccbs_desk.config.language import (
    Code,
    Message,
    Text,
    currency_name,
    format_duration,
    isolate,
    message,
    strip_isolates,
)
from ccbs_desk.domain import errors
from ccbs_desk.domain.errors import Reason
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.ui import refusal_codes, refusals_card, refusals_care, refusals_directory, refusals_phone, refusals_store
from ccbs_desk.ui.values import Name, Named

LONGEST_TYPED = 40
EXAMPLES = (("whole", Code("1500")), ("exact", Code("1500.50")), ("number", Code("011 2214567")))


@dataclass(frozen=True, slots=True)
class Words:
    """What a person reads: `title` says what it is, `kept` what was not lost, `todo` what to do now."""

    title: Text
    kept: Text
    todo: Text


@dataclass(frozen=True, slots=True)
class _Template:
    title: Message
    kept: Message
    todo: Message


def words_of(reason: Reason) -> Words:
    """Return the words for a reason, whichever it is."""
    template = _template(reason)
    told = tuple((field.name, _shown(field.name, getattr(reason, field.name))) for field in fields(reason))
    title, kept, todo = (
        replace(text, values=(*EXAMPLES, *told)) for text in (template.title, template.kept, template.todo)
    )
    return Words(title, kept, todo)


def _template(reason: Reason) -> _Template:
    kind = type(reason)
    if isinstance(reason, errors.AmountUnreadable | errors.NumberUnreadable) and not reason.text.strip():
        return _MISSING[kind]
    return TABLE.get(kind, GENERAL)


def sentence_of(reason: Reason) -> Text:
    """Return what a field says under itself: the title and what to do, in one line."""
    words = words_of(reason)
    return message("{title} {todo}", title=words.title, todo=words.todo)


@dataclass(frozen=True, slots=True)
class _Currency:
    code: str

    def __str__(self) -> str:
        return currency_name(self.code)


@dataclass(frozen=True, slots=True)
class _Length:
    seconds: int

    def __str__(self) -> str:
        return format_duration(timedelta(seconds=abs(self.seconds)))


@dataclass(frozen=True, slots=True)
class _Typed:
    """What a person typed, short enough for a sentence and without power over the direction of the text around it."""

    text: str

    def __str__(self) -> str:
        clean = " ".join(strip_isolates(self.text).split())
        return isolate(clean if len(clean) <= LONGEST_TYPED else clean[:LONGEST_TYPED] + "…")


def _shown(name: str, value: object) -> object:
    """Return a field's value as its sentence takes it; a bare code becomes the words for it."""
    match name, value:
        case "till_code", str():
            return Code(value)
        case "currency", str():
            return _Currency(value)
        case "offset_seconds", int():
            return _Length(value)
        case (("text" | "clerk"), str()):
            return _Typed(value)
        case _, Bilingual():
            return Name(Named(value))
        case _, str():
            return refusal_codes.words(name, value)
        case _:
            return value


_NOTHING = message("Nothing was recorded. What you typed is still here.")
_NOTHING_CHANGED = message("Nothing was changed.")
_TILL_AS_IT_WAS = message("Nothing was recorded. The till is as it was.")
_ALL_SAFE = message("Everything recorded on this desk is safe and will be sent later.")
_UNSENT_SAFE = message("Work that was not sent yet stays on this desk.")
_USER_NAME = message("Your user name is still here. Nothing else was changed.")

GENERAL = _Template(
    message("The centre answered in a way that this version does not know."),
    message("Your work is kept on this desk."),
    message("Ask for the desk's newest version, then try again. Until then show this to your supervisor."),
)

_MONEY_TODO = message("Type the amount in figures, such as {whole} or {exact}.")
_NUMBER_TODO = message("Type area code and number, such as {number}.")

_MONEY: dict[type[Reason], _Template] = {
    errors.AccountUnknown: _Template(
        message("This account is not on this desk."),
        _NOTHING,
        message("Search for the subscriber again. An account of another area is served there, or at the call centre."),
    ),
    errors.AmountNotPositive: _Template(
        message("{amount} can't be taken as a payment."),
        _NOTHING,
        message("Type an amount above zero."),
    ),
    errors.AmountOverLimit: _Template(
        message("{amount} is above the limit of {limit} for one payment here."),
        _NOTHING,
        message("Take up to {limit}, or send the payer to the billing centre."),
    ),
    errors.AmountUnreadable: _Template(
        message("“{text}” is no amount: {why}"),
        _NOTHING,
        _MONEY_TODO,
    ),
    errors.CurrencyNotTaken: _Template(
        message("{currency} is not taken at a till today."),
        _NOTHING,
        message("Ask the payer for notes that are valid today."),
    ),
    errors.TenderedTooLittle: _Template(
        message("{tendered} was handed over, {due} is to be collected."),
        _NOTHING,
        message("Ask for the rest, or lower the amount of the payment."),
    ),
    errors.SharesDoNotFit: _Template(
        message("The split comes to {shares}, the payment to {amount}."),
        _NOTHING,
        message("Look at the split again: a bill may have changed meanwhile. Then confirm."),
    ),
    errors.OverrideNeedsReason: _Template(
        message("The payer chose other bills than the oldest."),
        _NOTHING,
        message("Write down why, in a few words."),
    ),
    errors.MethodUnknown: _Template(
        message("This desk can't take {method}."),
        _NOTHING,
        message("Take the payment in cash, or send the payer to a centre that takes it."),
    ),
    errors.ReceiptUnknown: _Template(
        message("This receipt is not on this desk."),
        _NOTHING_CHANGED,
        message("Check its number. A receipt of another centre is found once the link to the centre is up."),
    ),
    errors.NumberUnreadable: _Template(
        message("“{text}” is no telephone number: {why}"),
        _NOTHING,
        _NUMBER_TODO,
    ),
}

_TILL: dict[type[Reason], _Template] = {
    errors.TillUnknown: _Template(
        message("This desk has no such till."),
        _NOTHING,
        message("Ask the supervisor to assign a till to this desk."),
    ),
    errors.TillOfOtherDevice: _Template(
        message("Till {till_code} belongs to another desk."),
        _NOTHING,
        message("Work at the desk of this till, or ask the supervisor to enrol this one for it."),
    ),
    errors.TillClosed: _Template(
        message("Till {till_code} is closed."),
        _NOTHING,
        message("Open the till (F6), then confirm again."),
    ),
    errors.TillOpenAlready: _Template(
        message("Till {till_code} has been open since {since}."),
        _TILL_AS_IT_WAS,
        message("Work on in the open session, or count and close it first."),
    ),
    errors.TillOfOtherClerk: _Template(
        message("Till {till_code} is held by {clerk}."),
        _NOTHING,
        message("The drawer stays with {clerk} until it is counted. Have it closed first."),
    ),
    errors.DifferenceNeedsApproval: _Template(
        message("The count is off by {difference}; up to {limit} needs no approval."),
        message("Your count is kept. The session is still open."),
        message("Count once more. If the difference stays, the supervisor approves it here."),
    ),
}

_RIGHTS: dict[type[Reason], _Template] = {
    errors.NotAllowed: _Template(
        message("You don't have the right for this: {permission}."),
        _NOTHING,
        message("Ask your supervisor, or somebody who has the right."),
    ),
    errors.ApprovalInvalid: _Template(
        message("The approval does not count: {why}"),
        message("The act waits as it was asked for; nothing was recorded."),
        message("Let another person with the right approve it again."),
    ),
    errors.OutOfTime: _Template(
        message("The centre heard of this at a time that does not fit: done {occurred_at}, received {received_at}."),
        message("The work and its receipt, if it gave one, are kept as they are."),
        message("Check the date and the clock of this desk, and show this to your supervisor."),
    ),
    errors.ClockOff: _Template(
        message("This desk's clock is off by {offset_seconds}."),
        _NOTHING,
        message("Set the clock right. Until then a supervisor may allow taking money."),
    ),
    errors.DeviceNotEnrolled: _Template(
        message("This desk may not work with the centre: {state}"),
        _UNSENT_SAFE,
        message("Ask the supervisor to enrol and approve this desk."),
    ),
    errors.DeviceFrozen: _Template(
        message("The centre has stopped this desk: one number bears two different acts."),
        _UNSENT_SAFE,
        message("Call the support of the centre. Do not sign in anew and do not restore the desk."),
    ),
    errors.CommandConflict: _Template(
        message("The centre already holds another act under the same key."),
        message("Both are kept: yours on this desk, the other at the centre."),
        message("Show both to the supervisor, who decides which one holds."),
    ),
    errors.WithdrawalNeedsReason: _Template(
        message("There is no reason yet."),
        _NOTHING,
        message("Say in a few words why the act is withdrawn. It is kept with the act."),
    ),
    errors.ActNotOpen: _Template(
        message("There is nothing to withdraw any more."),
        _NOTHING_CHANGED,
        message("Look at the act again: it was seen to meanwhile, or its money stands."),
    ),
    errors.CommandUnknown: _Template(
        message("The centre does not know this kind of act."),
        message("Your work is kept on this desk and waits."),
        message("Ask the support which version the centre runs. It is sent again by itself."),
    ),
}

_SIGN_IN: dict[type[Reason], _Template] = {
    errors.CredentialsWrong: _Template(
        message("User name and password don't go together."),
        _USER_NAME,
        message("Type the password again. Watch the keyboard's language."),
    ),
    errors.LockedOut: _Template(
        message("Too many wrong passwords."),
        _USER_NAME,
        message("Try again after {until}, or ask the supervisor to unlock you."),
    ),
    errors.OfflineSignInUnknown: _Template(
        message("You have not signed in on this desk before, and the centre can't be reached."),
        _USER_NAME,
        message("Sign in once while the link is up. After that it works without the link too."),
    ),
    errors.OfflineSignInExpired: _Template(
        message("Your last sign-in with the link up was on {last}; that is too long ago."),
        _USER_NAME,
        message("Sign in again when the link to the centre is up."),
    ),
    errors.DeskLocked: _Template(
        message("Nobody has opened this desk since it was started."),
        _USER_NAME,
        message("Somebody who has signed in here before must sign in first. After that you can, too."),
    ),
    errors.SignInNeeded: _Template(
        message("Your session with the centre has ended."),
        _ALL_SAFE,
        message("Sign in again."),
    ),
}

_ENVIRONMENT: dict[type[Reason], _Template] = {
    errors.LinkDown: _Template(
        message("The centre can't be reached."),
        _ALL_SAFE,
        message("Work on. What needs the centre can be tried again when the link is back."),
    ),
    errors.ServerFault: _Template(
        message("The centre answered, but not in a usable way."),
        _ALL_SAFE,
        message("Work on; the desk tries again by itself. If it lasts, tell the support."),
    ),
    errors.DiskFull: _Template(
        message("This desk's disk is full."),
        message("The act was not recorded. What you typed is still here, and all earlier work is safe."),
        message("Take no money now. Free some space, or call the support, then confirm again."),
    ),
    errors.SnapshotDamaged: _Template(
        message("The area's copy arrived damaged."),
        message("Nothing of it was used. What this desk had is as it was."),
        message("Try again. If it happens again, tell the support."),
    ),
    errors.PrinterGone: _Template(
        message("The receipt printer does not answer."),
        message("The payment and its receipt are recorded."),
        message("Check paper, power and cable, then print the receipt again (F8)."),
    ),
    errors.NewerServer: GENERAL,
}

_MISSING: dict[type[Reason], _Template] = {
    errors.AmountUnreadable: _Template(message("There is no amount yet."), _NOTHING, _MONEY_TODO),
    errors.NumberUnreadable: _Template(message("There is no number yet."), _NOTHING, _NUMBER_TODO),
}

_ELSEWHERE = {
    kind: _Template(*words)
    for table in (
        refusals_card.TABLE,
        refusals_phone.TABLE,
        refusals_care.TABLE,
        refusals_directory.TABLE,
        refusals_store.TABLE,
    )
    for kind, words in table.items()
}

TABLE: dict[type[Reason], _Template] = {**_MONEY, **_TILL, **_RIGHTS, **_SIGN_IN, **_ENVIRONMENT, **_ELSEWHERE}
