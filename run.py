#!/usr/bin/env python3
"""The one command of this repository: ``python3 run.py --help``.

Standard library only, and readable by old Pythons as far as this file goes: they must be told.
"""

import sys

if sys.version_info < (3, 11):
    sys.stderr.write(
        "This needs Python 3.11 or newer; %s is Python %d.%d. Install a newer Python and start "
        "run.py with it.\n" % (sys.executable, sys.version_info[0], sys.version_info[1])
    )
    sys.exit(1)

if __name__ == "__main__":
    sys.dont_write_bytecode = True
    from launcher.commands import main

    sys.exit(main(sys.argv[1:]))
