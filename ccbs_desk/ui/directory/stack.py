"""The place of the listings: what stands there, one at a time."""

from typing import Literal

from PySide6.QtWidgets import QStackedWidget, QWidget

from ccbs_desk.services.listings import Coming
from ccbs_desk.ui.directory import text
from ccbs_desk.ui.directory.faces import Advice, OnItsWay, Reason
from ccbs_desk.ui.directory.results import Listings
from ccbs_desk.ui.directory.to_judge import alarms, pairs
from ccbs_desk.ui.kit.finding import Ways, at_the_top

Face = Literal["welcome", "coming", "results", "advice", "reason", "alarms", "pairs"]


class Stack(QStackedWidget):
    """Its parts by name. `at_rest` is what stands there while nothing is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.results, self.alarms, self.pairs = Listings(), alarms(), pairs()
        self.advice, self.reason, self.coming = Advice(), Reason(), OnItsWay()
        self.at_rest: Face = "welcome"
        self._faces: dict[Face, QWidget] = {
            "welcome": at_the_top(Ways(text.WELCOME, text.WAYS, text.KEYS_BOX)),
            "coming": at_the_top(self.coming),
            "results": self.results,
            "advice": at_the_top(self.advice),
            "reason": at_the_top(self.reason),
            "alarms": self.alarms,
            "pairs": self.pairs,
        }
        for face in self._faces.values():
            self.addWidget(face)

    def put(self, face: Face) -> None:
        """Let this stand there."""
        self.setCurrentWidget(self._faces[face])

    def shows(self, face: Face) -> bool:
        """Tell whether this stands there."""
        return self.currentWidget() is self._faces[face]

    @property
    def judges(self) -> bool:
        """Whether somebody who leads the centre judges what waits for that."""
        return self.shows("alarms") or self.shows("pairs")

    def wait(self, how_far: Coming | None) -> None:
        """Say how far the directory is while nothing is asked, or, once it is here, what can be asked for."""
        if how_far is not None:
            self.coming.tell(how_far)
        before, self.at_rest = self.at_rest, "welcome" if how_far is None else "coming"
        if self.shows(before):
            self.put(self.at_rest)
