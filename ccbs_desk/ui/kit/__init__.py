"""The kit: every colour, size, font, widget and dialog of the desk. Screens are made of it and of nothing else.

Import from the module that you need (`from ccbs_desk.ui.kit.table import Table`); this package imports nothing by
itself, so that the sign-in window pays only for what it shows. docs/design-language.md tells how to use it.
"""
