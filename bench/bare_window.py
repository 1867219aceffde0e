"""The peer of start-up: a window of PySide6 with one label. `python -m bench.bare_window STARTED`."""

import sys

from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

from bench.painted import PaintWatch, tell

if __name__ == "__main__":
    app = QApplication(sys.argv[:1])
    window = QMainWindow()
    window.setCentralWidget(QLabel("مرحبا"))
    window.resize(1366, 768)
    PaintWatch(tell)
    window.show()
    app.exec()
