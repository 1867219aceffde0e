"""Fields to type and to choose in. What a field gives back is clean: no direction marks, no space at the ends."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QAction, QColor, QFocusEvent, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QLineEdit

from ccbs_desk.config.language import Text, _, currency_name, format_amount, is_rtl, map_digits, strip_isolates
from ccbs_desk.domain.money import SYP, BadAmount, Money, parse_amount
from ccbs_desk.domain.text import fold_digits
from ccbs_desk.ui.kit import fonts, theme
from ccbs_desk.ui.kit.icons import icon, pixmap
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.painting import in_direction, repolish
from ccbs_desk.ui.kit.tokens import Size, Space

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
_NO_BREAK_SPACE = "\u00a0"
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


class TextField(Live, QLineEdit):
    """One line of text; it stands where the language starts, whatever is typed in it.

    Qt alone would follow the first letter, and an empty Arabic field would have its caret at the left.
    """

    def __init__(self, placeholder: Text = "", *, kind: str | None = None) -> None:
        super().__init__()
        self._placeholder = placeholder
        if kind:
            self.setProperty("kind", kind)
        self.textChanged.connect(self._clean)
        self._tell_placeholder()
        self._align()

    def value(self) -> str:
        """Return what was typed, clean."""
        return strip_isolates(self.text()).strip()

    def set_value(self, text: str) -> None:
        """Show a value."""
        self.setText(text)

    def set_invalid(self, invalid: bool) -> None:
        """Mark the field as the place of an error."""
        if bool(self.property("invalid")) != invalid:
            self.setProperty("invalid", invalid)
            repolish(self)

    def retranslate(self) -> None:
        """Set the placeholder again, at the side where the language starts."""
        self._tell_placeholder()
        self._align()

    def _tell_placeholder(self) -> None:
        # In an empty field that begins at the right, Qt draws the caret on the first letter.
        room = _NO_BREAK_SPACE if self._placeholder and is_rtl() else ""
        self.setPlaceholderText(f"{room}{self._placeholder}")

    def _shown(self, text: str) -> str:
        """Return the text as this field shows it; a subclass maps digits here, one character to one."""
        return text

    def _align(self) -> None:
        self.setAlignment(RIGHT if self._at_right() else LEFT)

    def _at_right(self) -> bool:
        return is_rtl()

    def _clean(self, text: str) -> None:
        clean = self._shown(strip_isolates(text))
        if clean != text:
            place = len(strip_isolates(text[: self.cursorPosition()]))
            self.setText(clean)
            self.setCursorPosition(place)


class SearchField(TextField):
    """The field that finds: larger, with its sign."""

    def __init__(self, placeholder: Text = "") -> None:
        super().__init__(placeholder, kind="search")
        self.restyle()

    def restyle(self) -> None:
        """Leave room for the sign where the language starts."""
        room = Size.ICON + Space.S
        self.setTextMargins(0 if is_rtl() else room, 0, room if is_rtl() else 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - the name is Qt's
        """Paint the sign."""
        super().paintEvent(event)
        box = in_direction(self, QRect(Space.M, (self.height() - Size.ICON) // 2, Size.ICON, Size.ICON))
        QPainter(self).drawPixmap(box.topLeft(), pixmap("search"))


class PasswordField(TextField):
    """A password, hidden until the eye is pressed; always typed from left to right."""

    def __init__(self, placeholder: Text = "") -> None:
        super().__init__(placeholder)
        self._eye = QAction(self)
        self._eye.setCheckable(True)
        self._eye.toggled.connect(self._show)
        self.addAction(self._eye, QLineEdit.ActionPosition.TrailingPosition)
        self.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhNoPredictiveText)
        self._show(False)

    def value(self) -> str:
        """Return the password exactly as typed."""
        return self.text()

    def retranslate(self) -> None:
        """Name the eye."""
        super().retranslate()
        self._eye.setToolTip(_("Hide the password") if self._eye.isChecked() else _("Show the password"))

    def restyle(self) -> None:
        """Draw the eye in the colours of the theme."""
        self._eye.setIcon(icon("eye-off" if self._eye.isChecked() else "eye"))

    def _show(self, visible: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if visible else QLineEdit.EchoMode.Password)
        self.restyle()
        self.retranslate()


class _FigureField(TextField):
    """Typed from left to right in either language."""

    def __init__(self, placeholder: Text = "", *, kind: str | None = None) -> None:
        super().__init__(placeholder, kind=kind)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


class PhoneEdit(_FigureField):
    """A telephone or account number in any spelling; digits of either family are shown as Latin ones.

    Arabic-Indic digits would change places across the spaces and slashes of a number that is being typed.
    """

    def _shown(self, text: str) -> str:
        return fold_digits(text)


class AmountEdit(_FigureField):
    """An amount of money, typed in either digit family and shown in the one of the language."""

    changed = Signal()
    _currency = SYP  # Qt already asks for the look of the field while its base class is being made.

    def __init__(self, currency: str = SYP, *, large: bool = False) -> None:
        super().__init__(kind="figure" if large else None)
        self._currency = currency
        self.textChanged.connect(lambda _text: self.changed.emit())
        self._make_room()

    def money(self) -> Money:
        """Return the amount. Raises domain.money.BadAmount with the reason."""
        return parse_amount(self.value(), self._currency)

    def set_money(self, amount: Money | None) -> None:
        """Show an amount, or nothing."""
        if amount is not None:
            self._currency = amount.currency
        self.setText("" if amount is None else strip_isolates(format_amount(amount)))

    def retranslate(self) -> None:
        """Show digits and currency of the language."""
        super().retranslate()
        self._clean(self.text())
        self._complete()
        self._make_room()

    def restyle(self) -> None:
        """The currency needs another room at another size of text."""
        self._make_room()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - the name is Qt's
        """Show a readable amount in its full form."""
        super().focusOutEvent(event)
        self._complete()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - the name is Qt's
        """Paint the currency behind the figure, where the language ends."""
        super().paintEvent(event)
        colours = theme.current().colours
        painter = QPainter(self)
        painter.setFont(self._currency_font())
        painter.setPen(QColor(colours.ink_soft))
        box = self.rect().adjusted(Space.M, 0, -Space.M, 0)
        painter.drawText(box, LEFT if is_rtl() else RIGHT, currency_name(self._currency))

    def _at_right(self) -> bool:
        return True

    def _shown(self, text: str) -> str:
        return map_digits(text)

    def _complete(self) -> None:
        try:
            self.set_money(self.money())
        except BadAmount:
            return  # It stays as it was typed: the form says what is wrong with it.

    def _currency_font(self) -> QFont:
        return fonts.font(theme.current().type.small, QFont.Weight.Medium)

    def _make_room(self) -> None:
        room = QFontMetrics(self._currency_font()).horizontalAdvance(currency_name(self._currency)) + Space.S
        self.setTextMargins(room if is_rtl() else 0, 0, 0 if is_rtl() else room, 0)


class Choice(Live, QComboBox):
    """One of a few values, each with its text."""

    chosen = Signal(str)

    def __init__(self, options: Sequence[tuple[str, Text]] = ()) -> None:
        super().__init__()
        self._options: Sequence[tuple[str, Text]] = ()
        self.set_options(options)
        self.activated.connect(lambda _index: self.chosen.emit(self.value()))

    def set_options(self, options: Sequence[tuple[str, Text]]) -> None:
        """Offer these values; the one chosen before stays chosen if it is still offered."""
        before = self.value()
        self._options = options
        self.clear()
        for key, text in options:
            self.addItem(str(text), key)
        self.set_value(before)

    def value(self) -> str:
        """Return the key of the chosen value; empty where there is nothing to choose."""
        return str(self.currentData() or "")

    def set_value(self, key: str) -> None:
        """Choose a value by its key; an unknown one changes nothing."""
        index = self.findData(key)
        if index >= 0:
            self.setCurrentIndex(index)

    def set_invalid(self, invalid: bool) -> None:
        """Mark the field as the place of an error."""
        if bool(self.property("invalid")) != invalid:
            self.setProperty("invalid", invalid)
            repolish(self)

    def retranslate(self) -> None:
        """Set the texts of the values again."""
        for index, (_key, text) in enumerate(self._options):
            self.setItemText(index, str(text))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - the name is Qt's
        """Paint the sign that it opens, in the colours of the theme."""
        super().paintEvent(event)
        side = Size.ICON - 2
        x = self.width() - side - Space.S
        box = in_direction(self, QRect(x, (self.height() - side) // 2, side, side))
        QPainter(self).drawPixmap(box.topLeft(), pixmap("down", size=side))


Field = TextField | Choice
