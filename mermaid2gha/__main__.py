"""`python -m mermaid2gha`."""

import sys

from mermaid2gha.cli import main

sys.exit(main(sys.argv[1:]))
