"""The frame around the screens: call bar, navigation, status bar, command palette. It knows no screen by name."""
