# -*- coding: utf-8 -*-
"""Run every check: `python3 scripts/test.py [--only STAGE] [-k EXPRESSION] [pytest options]`.

Sets up `.venv` first where that is needed. Any Python must be able to read this file.
"""

import sys

import python_version


def main():
    python_version.require()
    import bootstrap
    import stages

    chosen = stages.options(sys.argv[1:])
    try:
        return stages.run(bootstrap.environment(bootstrap.EVERYTHING), chosen)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
