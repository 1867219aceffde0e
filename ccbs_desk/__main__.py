"""`ccbs-desk`, or `python -m ccbs_desk`: start the desk."""

import sys

from ccbs_desk.desktop import main

if __name__ == "__main__":
    sys.exit(main())
