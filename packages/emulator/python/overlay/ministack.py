"""Runs MiniStack as a child of the local AWS: loopback only, port chosen by the system, ends with its parent.

Standard output carries one JSON line `{"port": ...}`, then an empty line per request, which keeps the parent from ending for idleness.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket

from overlay.lifetime import end_with_parent


def main() -> None:
    end_with_parent()
    # WHY: the listening socket is handed over by number, so that nobody can take the port between its choice and its use.
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    # WHY: MiniStack puts this port into the addresses it answers, and would listen on every interface by itself.
    # moto's account, for Terraform puts the account into identifiers of both.
    os.environ["MINISTACK_ACCOUNT_ID"] = "123456789012"
    # Its IoT listener would take the fixed port 8883.
    os.environ.update(GATEWAY_PORT=str(port), BIND_HOST="127.0.0.1", IOT_MTLS_ENABLED="0", LOG_LEVEL="WARNING")

    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from ministack.app import app

    # WHY: standard output belongs to the parent. Keep a copy of it, and send what others print to standard error.
    report = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    report.write(json.dumps({"port": port}) + "\n")

    async def counted(scope, receive, send):
        if scope["type"] == "http" and not scope["path"].startswith("/_ministack"):
            report.write("\n")
        await app(scope, receive, send)

    config = Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.loglevel = "WARNING"
    config.accesslog = None
    asyncio.run(serve(counted, config))


if __name__ == "__main__":
    main()
