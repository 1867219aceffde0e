"""The style sheet, written once over the tokens. Widgets name their part by the properties `kind`, `role`, `tone`."""

from string import Template

from ccbs_desk.ui.kit.tokens import Colours, Radius, Size, Space, Tone, TypeScale

_FRAME = """
QWidget { color: $ink; font-size: ${body}px; }
QMainWindow, QWidget[kind="canvas"] { background: $canvas; }
QDialog, QWidget[kind="surface"] { background: $surface; }
QLabel { background: transparent; }
QToolTip { background: $ink; color: $surface; border: 0; padding: 4px 8px; font-size: ${small}px; }
QFrame[kind="card"] { background: $surface; border: 1px solid $line; border-radius: ${card}px; }
QFrame[kind="rule"] { background: $line; border: 0; }
QFrame[kind="bar"] { background: $surface; border: 0 solid $line; }
QFrame[kind="bar"][edge="top"] { border-top-width: 1px; }
QFrame[kind="bar"][edge="bottom"] { border-bottom-width: 1px; }
"""

_TEXT = """
QLabel[role="soft"] { color: $ink_soft; }
QLabel[role="small"] { color: $ink_soft; font-size: ${small}px; }
QLabel[role="hint"] { color: $ink_faint; font-size: ${small}px; }
QLabel[role="label"] { color: $ink_soft; font-size: ${small}px; font-weight: 500; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="title"] { font-size: ${title}px; font-weight: 600; }
QLabel[role="heading"] { font-size: ${heading}px; font-weight: 600; }
QLabel[role="figure"] { font-size: ${figure}px; font-weight: 600; }
QLabel[role="display"] { font-size: ${display}px; font-weight: 700; }
QLabel[role="error"] { color: $bad_ink; font-size: ${small}px; font-weight: 500; }
"""

_BUTTONS = """
QPushButton { min-height: ${inner}px; border-radius: ${control}px; padding: 0 14px; border: 1px solid $outline;
  background: $surface; color: $ink; font-weight: 500; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $line; }
QPushButton:disabled { color: $ink_faint; border-color: $line; background: $sunken; }
QPushButton[kind="primary"] { background: $accent; border-color: $accent; color: $accent_ink; font-weight: 600; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent_press; border-color: $accent_press; }
QPushButton[kind="primary"]:disabled { background: $line; border-color: $line; color: $ink_faint; }
QPushButton[kind="danger"] { border-color: $danger; color: $danger; }
QPushButton[kind="danger"]:hover { background: $bad_ground; }
QPushButton[kind="danger"]:disabled { border-color: $line; color: $ink_faint; }
QPushButton[kind="plain"] { background: transparent; border-color: transparent; color: $accent; padding: 0 8px; }
QPushButton[kind="plain"]:hover { background: $hover; border-color: $hover; }
QPushButton[kind="plain"]:disabled { color: $ink_faint; }
QPushButton[kind="small"] { min-height: 22px; padding: 0 8px; font-size: ${small}px; border-color: transparent;
  background: transparent; color: $ink_soft; }
QPushButton[kind="small"]:hover { background: $hover; }
"""

_FIELDS = """
QLineEdit, QComboBox, QPlainTextEdit { background: $surface; border: 1px solid $outline; border-radius: ${control}px;
  padding: 0 10px; min-height: ${inner}px; selection-background-color: $accent; selection-color: $accent_ink; }
QPlainTextEdit { padding: 6px; }
QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus { border: 2px solid $accent; padding: 0 9px;
  min-height: ${inner_focus}px; }
QPlainTextEdit:focus { padding: 5px; }
QLineEdit[invalid="true"], QComboBox[invalid="true"] { border: 2px solid $bad_ink; padding: 0 9px;
  min-height: ${inner_focus}px; }
QLineEdit:read-only { background: $sunken; border-color: $line; }
QLineEdit:disabled, QComboBox:disabled { background: $sunken; color: $ink_faint; border-color: $line; }
QLineEdit[kind="search"] { font-size: ${title}px; min-height: 40px; }
QLineEdit[kind="search"]:focus, QLineEdit[kind="search"][invalid="true"] { min-height: 38px; }
QLineEdit[kind="figure"] { font-size: ${heading}px; font-weight: 600; min-height: 42px; }
QLineEdit[kind="figure"]:focus, QLineEdit[kind="figure"][invalid="true"] { min-height: 40px; }
QComboBox::drop-down { border: 0; width: 26px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $outline; outline: 0; padding: 4px;
  selection-background-color: $accent_soft; selection-color: $ink; }
QCheckBox { spacing: 8px; }
"""

_TABLE = """
QTableView { background: $surface; border: 1px solid $line; border-radius: ${control}px; gridline-color: transparent;
  selection-background-color: $accent_soft; selection-color: $ink; outline: 0; }
QTableView:focus { border: 1px solid $accent; }
QTableView::item { border: 0; border-bottom: 1px solid $line; padding: 0 10px; }
QTableView::item:hover { background: $hover; }
QTableView::item:selected { background: $accent_soft; color: $ink; }
QHeaderView { background: $sunken; border: 0; }
QHeaderView::section { background: $sunken; color: $ink_soft; border: 0; border-bottom: 1px solid $line;
  padding: 0 12px; font-size: ${small}px; font-weight: 600; }
QListView { background: $surface; border: 0; outline: 0; selection-background-color: $accent_soft;
  selection-color: $ink; }
"""

_REST = """
QScrollArea { background: transparent; border: 0; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 2px; }
QScrollBar::handle { background: $handle; border-radius: 4px; min-height: 32px; min-width: 32px; }
QScrollBar::handle:hover { background: $ink_soft; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none; border: 0;
  width: 0; height: 0; }
QProgressBar { background: $line; border: 0; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QMenu { background: $surface; border: 1px solid $outline; padding: 4px; }
QMenu::item { padding: 6px 20px; border-radius: 4px; }
QMenu::item:selected { background: $accent_soft; color: $ink; }
QFrame[kind="palette"] { background: $surface; border: 1px solid $outline; border-radius: ${card}px; }
QFrame[kind="toast"] { background: $surface; border: 1px solid $outline; border-radius: ${control}px; }
QFrame[kind="toast"] QLabel { font-weight: 500; }
"""

_TONE = """
QFrame[kind="banner"][tone="$tone"] { background: $tone_ground; border: 1px solid $tone_edge;
  border-radius: ${control}px; }
QFrame[kind="banner"][tone="$tone"] QLabel[role="strong"] { color: $tone_ink; }
QLabel[tone="$tone"] { color: $tone_ink; }
"""


def style_sheet(colours: Colours, sizes: TypeScale) -> str:
    """Return the whole style sheet of a scheme."""
    values = {name: getattr(colours, name) for name in Colours.__dataclass_fields__}
    values |= {name: getattr(sizes, name) for name in TypeScale.__dataclass_fields__}
    values |= {
        "control": Radius.CONTROL,
        "card": Radius.CARD,
        "space": Space.M,
        "inner": Size.CONTROL - 2,
        "inner_focus": Size.CONTROL - 4,
        "bad_ink": colours.bad.ink,
        "bad_ground": colours.bad.ground,
    }
    parts = [Template(part).substitute(values) for part in (_FRAME, _TEXT, _BUTTONS, _FIELDS, _TABLE, _REST)]
    for tone in Tone:
        pair = colours.tone(tone)
        tones = {"tone": tone.value, "tone_ink": pair.ink, "tone_ground": pair.ground, "tone_edge": pair.ground}
        parts.append(Template(_TONE).substitute(values | tones))
    return "".join(parts)
