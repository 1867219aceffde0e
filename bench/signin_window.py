"""Start the desk of an enrolled profile up to its sign-in: `python -m bench.signin_window STARTED PROFILE`.

The product's own `main` runs; only its window is watched.
"""

import sys

from bench.painted import PaintWatch, tell
from ccbs_desk import desktop
from ccbs_desk.ui.shell.window import Window


class Watched(Window):
    """The desk's window, with a watch on its first paint."""

    def show_fitting(self, width: int, height: int) -> None:
        """Show as usual, watched."""
        PaintWatch(tell)
        super().show_fitting(width, height)


if __name__ == "__main__":
    vars(desktop)["Window"] = Watched
    desktop.main(["--profile", sys.argv[2]])
