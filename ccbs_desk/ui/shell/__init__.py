"""The window around the screens: navigation, status bar, palette."""
