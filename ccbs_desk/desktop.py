"""Start of the desk: paint the sign-in first, load the rest behind it, then hand over to the program.

With `program.py` and `workplace.py` this is the composition root: the only files that know everyone.
"""

import importlib
import logging
import os
import sys
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QDeadlineTimer, QEventLoop
from PySide6.QtWidgets import QApplication

from ccbs_desk.config.language import message
from ccbs_desk.config.look import KeptLook, keep_look
from ccbs_desk.config.options import Options, is_enrolled, parse
from ccbs_desk.faces import Faces
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.collector import Collector
from ccbs_desk.ui.kit.tokens import Scheme, Tone
from ccbs_desk.ui.shell.window import Window
from ccbs_desk.ui.signin.view import SignInView
from ccbs_desk.ui.welcome.view import WelcomeView

SIZE = (1366, 768)
PATIENCE_MS, TURN_MS = 500, 10
OUR_BUG = message("The program made a mistake and wrote it down. Your work is kept; try again.")
log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the desk until its window is closed; return the exit status."""
    options = parse(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    # httpx tells whole addresses at level INFO, alembic each of its plug-ins.
    for talkative in ("httpx", "alembic"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    # The window answers first: threads that work beside it give way after one millisecond instead of five.
    sys.setswitchinterval(0.001)
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    collector = Collector(app)
    look = Look(app, options.language, Scheme(options.scheme))
    if not options.walk:
        look.switched.connect(lambda language, scheme: keep_look(options.profile, KeptLook(language, scheme)))
    window = Window(look)
    faces = Faces(SignInView(), WelcomeView())
    faces.signin.language_wanted.connect(look.set_language)
    faces.signin.submitted.connect(faces.early)
    # A desk that was never let in has nobody to sign in yet.
    window.show_alone(faces.signin if is_enrolled(options.profile) else faces.welcome)
    if options.walk:
        # Its pictures have one size, whatever the screen.
        window.resize(*SIZE)
        window.show()
    else:
        window.show_fitting(*SIZE)
    _paint(app, window)
    # Where no window manager gives the keyboard away, as on a served screen, the window takes it.
    window.activateWindow()
    return _run(options, app, collector, look, window, faces)


def _paint(app: QApplication, window: Window) -> None:
    """Let Qt paint before anything else is loaded; a window that no screen shows is not waited for long."""
    patience = QDeadlineTimer(PATIENCE_MS)
    handle = window.windowHandle()
    while not handle.isExposed() and not patience.hasExpired():
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, TURN_MS)
    app.processEvents()


def _run(options: Options, app: QApplication, collector: Collector, look: Look, window: Window, faces: Faces) -> int:
    os.environ.setdefault("QT_API", "pyside6")
    import qasync

    loop = qasync.QEventLoop(app)
    bugs = Bugs(window)
    sys.excepthook = bugs.raised
    loop.set_exception_handler(bugs.failed)
    with loop:
        return int(loop.run_until_complete(_live(options, app, collector, look, window, faces)))


async def _live(
    options: Options, app: QApplication, collector: Collector, look: Look, window: Window, faces: Faces
) -> int:
    import asyncio

    # The rest takes three times as long to import as the sign-in to paint; it comes while the person types.
    program_module: Any = await asyncio.to_thread(importlib.import_module, "ccbs_desk.program")
    collector.settle()
    program = program_module.Program(options, look, window, faces)
    if not options.walk:
        await program.run()
        return 0
    walker: Any = importlib.import_module("ccbs_desk.ui.walker.start")
    walk = asyncio.ensure_future(walker.walk_phase(app, options.walk, options.out, program.close))
    await program.run()
    return int(await walk)


class Bugs:
    """What nobody foresaw goes to the log whole, and to the person in one sentence: the work is kept."""

    def __init__(self, window: Window) -> None:
        self._window = window

    def raised(self, kind: type[BaseException], error: BaseException, trace: Any) -> None:
        """Hear of an error that no code caught."""
        log.critical("our bug", exc_info=(kind, error, trace))
        self._window.say(OUR_BUG, Tone.BAD)

    def failed(self, _loop: object, context: dict[str, Any]) -> None:
        """Hear of a task that failed."""
        log.critical("our bug: %s", context.get("message"), exc_info=context.get("exception"))
        self._window.say(OUR_BUG, Tone.BAD)
