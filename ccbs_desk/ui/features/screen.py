"""The features joined: view, presenter and tasks, as the window holds it."""

from ccbs_desk.services.session import Session
from ccbs_desk.ui.account_screen import AccountScreen
from ccbs_desk.ui.features import text
from ccbs_desk.ui.features.presenter import FeaturesPresenter
from ccbs_desk.ui.features.view import FeaturesWidget
from ccbs_desk.ui.kit.shortcuts import Shortcuts
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks


def build(
    session: Session, navigator: Navigator, shortcuts: Shortcuts
) -> AccountScreen[FeaturesWidget, FeaturesPresenter]:
    """Join view and presenter."""
    view, tasks = FeaturesWidget(), Tasks(navigator.explain)
    presenter = FeaturesPresenter(session, navigator, tasks, view)
    view.chosen.connect(presenter.choose)
    view.line_chosen.connect(presenter.choose_line)
    view.day_chosen.connect(presenter.choose_day)
    view.confirmed.connect(presenter.confirm)
    view.search_wanted.connect(presenter.search)
    view.left.connect(presenter.back)
    view.bind(shortcuts)
    return AccountScreen(view, presenter, tasks, text.TITLE)
