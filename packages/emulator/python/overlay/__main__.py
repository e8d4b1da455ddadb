"""`python -m overlay serve ...` runs the local AWS; `python -m overlay list` prints what the overlay completes, as JSON."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from overlay import registry


def main() -> None:
    parser = argparse.ArgumentParser(prog="overlay")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list")
    serve = commands.add_parser("serve")
    serve.add_argument("--instance", required=True)
    serve.add_argument("--announce", required=True, type=Path)
    serve.add_argument("--idle-minutes", type=float, default=None)
    serve.add_argument("--ministack", default="", help="services, separated by commas")
    arguments = parser.parse_args()

    if arguments.command == "list":
        print(json.dumps(registry.listing()))
        return

    from overlay.server import Options, serve as run

    run(
        Options(
            instance=arguments.instance,
            announce=arguments.announce,
            idle_minutes=arguments.idle_minutes,
            ministack=tuple(filter(None, arguments.ministack.split(","))),
        )
    )


if __name__ == "__main__":
    main()
