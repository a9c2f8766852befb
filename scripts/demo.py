# -*- coding: utf-8 -*-
"""Start the demo: `python3 scripts/demo.py [options of "sanfang demo"]`.

Sets up `.venv` first where that is needed. Any Python must be able to read this file.
"""

import sys

import python_version


def main():
    python_version.require()
    import bootstrap

    python = bootstrap.environment(bootstrap.RUNTIME)
    bootstrap.become(python, ["-m", "server", "demo"] + sys.argv[1:])


if __name__ == "__main__":
    main()
