"""Starts Django for what a benchmark does inside the program; a process of its own, since a process has one database.

Usage: python bench/_doors.py VERB [NUMBER]   with the data folder in TONGBAN_DATA; prints one JSON object.
"""

import importlib
import json
import sys

from tongban.site import setup

if __name__ == "__main__":
    server = setup.open_database()
    setup.start_django("app")
    verb = importlib.import_module("_acting").VERBS[sys.argv[1]]
    print(json.dumps(verb(int(sys.argv[2]))))
    if server:
        server.stop()
