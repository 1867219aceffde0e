"""The complaints joined: view, presenter and tasks, as the window holds them."""

from ccbs_desk.services.session import Session
from ccbs_desk.ui.account_screen import AccountScreen
from ccbs_desk.ui.complaint import text
from ccbs_desk.ui.complaint.presenter import ComplaintsPresenter
from ccbs_desk.ui.complaint.view import ComplaintsWidget
from ccbs_desk.ui.kit.shortcuts import Shortcuts
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks


def build(
    session: Session, navigator: Navigator, shortcuts: Shortcuts
) -> AccountScreen[ComplaintsWidget, ComplaintsPresenter]:
    """Join view and presenter."""
    view, tasks = ComplaintsWidget(), Tasks(navigator.explain)
    presenter = ComplaintsPresenter(session, navigator, tasks, view)
    view.chosen.connect(presenter.choose)
    view.new_wanted.connect(presenter.begin)
    view.category_chosen.connect(presenter.choose_category)
    view.typed.connect(presenter.typed)
    view.commented.connect(presenter.commented)
    view.confirmed.connect(presenter.confirm)
    view.resolved.connect(presenter.resolve)
    view.all_the_same.connect(presenter.all_the_same)
    view.search_wanted.connect(presenter.search)
    view.left.connect(presenter.back)
    view.bind(shortcuts)
    return AccountScreen(view, presenter, tasks, text.TITLE)
