"""What the features do: they show what each change would cost before it is ordered, and order it once."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from ccbs_desk.config.language import Text
from ccbs_desk.domain.care_commands import AddFeature, RemoveFeature
from ccbs_desk.domain.errors import Refused, Unavailable
from ccbs_desk.services.call_links import call_moments
from ccbs_desk.services.card_facts import Card
from ccbs_desk.services.drafts import DraftView
from ccbs_desk.services.feature_offer import FeatureOffer, OfferedFeature, feature_offer
from ccbs_desk.services.service_orders import orders_of
from ccbs_desk.services.session import Session
from ccbs_desk.ui.bringing import card_of
from ccbs_desk.ui.drafting import FEATURE, Keeper
from ccbs_desk.ui.features import text
from ccbs_desk.ui.features.shown import (
    TODAY,
    Detail,
    FeatureRow,
    OrderRow,
    day_of,
    days_of,
    detail_of,
    lines_of,
    orders_shown,
    row_of,
    who_of,
)
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.refusals import sentence_of
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks
from ccbs_desk.ui.values import Named, filled


class FeaturesView(Protocol):
    """The screen as the presenter sees it."""

    def show_nobody(self, title: Text, todo: Text) -> None:
        """Say that there is no line to show."""

    def show_line(self, who: object, lines: Sequence[tuple[str, Text]], line: str) -> None:
        """Show whose lines they are, and which one is shown."""

    def show_features(self, rows: Sequence[FeatureRow], chosen: UUID | None) -> None:
        """Show the features; the one chosen stays so."""

    def show_detail(self, detail: Detail | None, days: Sequence[tuple[str, Text]], day: str) -> None:
        """Show what the change would be, and from when."""

    def show_orders(self, rows: Sequence[OrderRow]) -> None:
        """Show the orders of the line."""

    def show_problem(self, problem: Text) -> None:
        """Say why it was refused; empty takes it back."""

    def show_ready(self, ready: bool) -> None:
        """Let it be ordered, or not."""

    def take_keyboard(self) -> None:
        """Put the keyboard on the features."""


class FeaturesPresenter:
    """Decides what the features show and order."""

    def __init__(self, session: Session, navigator: Navigator, tasks: Tasks, view: FeaturesView) -> None:
        self._session, self._navigator, self._tasks, self._view = session, navigator, tasks, view
        self._keeper = Keeper(session, tasks, FEATURE)
        self._card: Card | None = None
        self._line: UUID | None = None
        self._offer: FeatureOffer | None = None
        self._feature: UUID | None = None
        self._removal: bool | None = None
        """Which way the chosen feature would go when it was chosen; None as long as that was not shown."""
        self._day = TODAY
        self._busy = False

    def activate(self, account_id: UUID | None) -> None:
        """Show an account's lines, or the one that was open, and take the keyboard."""
        if account_id is None and self._card is None:
            self._view.show_nobody(text.NOBODY, text.NOBODY_TODO)
            return
        if account_id is None or (self._card is not None and self._card.account_id == account_id):
            self._tasks.start(self._come_back(), latest="features")
        else:
            self._tasks.start(self._open(account_id), latest="features")

    def refresh(self, accounts: frozenset[UUID] | None) -> None:
        """Read again what may have changed; choice and focus stay."""
        if self._card is not None and (accounts is None or self._card.account_id in accounts):
            self._tasks.follow(self._again(take_keyboard=False), latest="features")

    def choose_line(self, line: str) -> None:
        """Show another line of the account."""
        if self._line != UUID(line):
            self._line = UUID(line)
            self._forget()
            self._tasks.start(self._again(take_keyboard=False), latest="features")

    def choose(self, row: FeatureRow | None) -> None:
        """Show what changing this feature would come to."""
        if row is None or row.feature_id == self._feature:
            return
        self._feature, self._day = row.feature_id, TODAY
        chosen = self._chosen()
        self._removal = chosen.on if chosen is not None else None
        self._view.show_problem("")
        self._keep()
        self._tasks.start(self._again(take_keyboard=False), latest="features")

    def choose_day(self, day: str) -> None:
        """Let it hold from another day."""
        self._day = day
        self._keep()
        self._tasks.start(self._again(take_keyboard=False), latest="features")

    def confirm(self) -> None:
        """Order the change, once."""
        feature, offer = self._chosen(), self._offer
        if feature is None or offer is None or self._busy:
            return
        if feature.against is not None:
            self._view.show_problem(sentence_of(feature.against))
            return
        self._busy = True
        self._view.show_ready(False)
        self._tasks.start(self._order(offer, feature))

    def search(self) -> None:
        """Go and look for somebody."""
        self._navigator.open_search()

    def back(self) -> None:
        """Go back to where the person came from; what was chosen is kept."""
        self._navigator.back()

    def close(self) -> None:
        """Keep what is chosen before the screen goes."""
        self._keeper.close()

    def _keep(self) -> None:
        fields = {"line": str(self._line), "feature": str(self._feature), "day": self._day}
        self._keeper.keep(fields | ({} if self._removal is None else {"removal": str(self._removal)}))

    def _forget(self) -> None:
        self._feature = self._removal = None

    async def _open(self, account_id: UUID) -> None:
        card = await card_of(self._session, account_id, self._view.show_nobody)
        if card is None or not card.lines:
            self._card = self._offer = None
            self._view.show_nobody(text.NO_LINES if card else text.NOBODY, text.NOBODY_TODO)
            return
        self._card, self._day = card, TODAY
        self._forget()
        self._line = card.lines[0].line_id
        subject = str(account_id)
        self._take_up(card, await self._keeper.open(subject, await self._keeper.mending(subject)))
        self._view.show_problem("")
        await self._again(take_keyboard=True)

    async def _come_back(self) -> None:
        """Show what was shown before, or what was refused meanwhile and is to be put right."""
        if self._card is not None and await self._keeper.mending(str(self._card.account_id)):
            await self._open(self._card.account_id)
        else:
            await self._again(take_keyboard=True)

    def _take_up(self, card: Card, kept: DraftView | None) -> None:
        """Choose what was chosen before, where it is still there."""
        lines = {str(line.line_id): line.line_id for line in card.lines}
        fields = kept.fields if kept else {}
        if fields.get("line") in lines and fields.get("feature", "None") != "None":
            self._line, self._feature = lines[fields["line"]], UUID(fields["feature"])
            self._day = fields.get("day", TODAY)
            self._removal = {"True": True, "False": False}.get(fields.get("removal", ""))

    async def _again(self, *, take_keyboard: bool) -> None:
        card, line, session = self._card, self._line, self._session
        if card is None or line is None:
            return
        today = session.today
        offer = await session.read(feature_offer, line, today=today)
        if offer is not None and self._day != TODAY:
            day = day_of(self._day, today, offer.cycle_last)
            offer = await session.read(feature_offer, line, today=today, effective_on=day) or offer
        orders = await session.read(orders_of, card.account_id)
        self._offer = offer
        self._check_direction()
        self._view.show_line(who_of(card), lines_of(card), str(line))
        self._view.show_features(tuple(map(row_of, offer.features)) if offer else (), self._feature)
        calls = await session.read(call_moments, [order.order_id for order in orders])
        self._view.show_orders(orders_shown(orders, line, calls))
        self._show_detail()
        if take_keyboard:
            self._view.take_keyboard()

    def _check_direction(self) -> None:
        """Let go of a feature that was put on or taken off meanwhile: the key must never order the opposite."""
        feature = self._chosen()
        if feature is None:
            return
        if self._removal is None:
            self._removal = feature.on
        elif self._removal != feature.on:
            self._forget()
            said = text.ON_MEANWHILE if feature.on else text.OFF_MEANWHILE
            self._view.show_problem(filled(said, feature=Named(feature.name)))

    def _show_detail(self) -> None:
        feature, offer = self._chosen(), self._offer
        if feature is None or offer is None:
            self._view.show_detail(None, (), TODAY)
            self._view.show_ready(False)
            return
        self._view.show_detail(detail_of(offer, feature), days_of(removal=feature.on), self._day)
        self._view.show_ready(feature.against is None and not self._busy)

    def _chosen(self) -> OfferedFeature | None:
        offered = self._offer.features if self._offer else ()
        return next((feature for feature in offered if feature.feature_id == self._feature), None)

    async def _order(self, offer: FeatureOffer, feature: OfferedFeature) -> None:
        make = RemoveFeature if feature.on else AddFeature
        command = make(
            account_id=offer.account_id,
            line_id=offer.line_id,
            feature_id=feature.feature_id,
            effective_on=offer.effective_on,
            shown=feature.charge,
        )
        try:
            await self._session.act(command, command_id=self._keeper.command_id, amends=self._keeper.amends)
        except (Refused, Unavailable) as no:
            self._view.show_problem(sentence_of(no.reason))
        else:
            self._keeper.renew()
            # Pressed once more, the key must not order the opposite when the exchange has done it.
            self._forget()
            self._view.show_problem("")
            said = text.REMOVAL_ORDERED if feature.on else text.ORDERED
            self._navigator.say(filled(said, feature=Named(feature.name)), Tone.OK)
        finally:
            self._busy = False
        await self._again(take_keyboard=False)
