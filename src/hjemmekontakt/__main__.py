"""`python -m hjemmekontakt`: where `./hk` hands over."""

import sys

from hjemmekontakt.project.commands import main

sys.exit(main(sys.argv[1:]))
