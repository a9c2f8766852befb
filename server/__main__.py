"""`python -m server` is the `sanfang` command."""

import sys

from server.cli import main

sys.exit(main())
