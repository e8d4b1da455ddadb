"""The local AWS's front door: our own few paths, and moto, completed, behind it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from overlay import registry
from overlay.constants import work_out_once
from overlay.failures import answer_finally
from overlay.lifetime import Activity, end_when_idle, end_with_parent
from overlay.resources import Baseline
from overlay.retries import Retries

OWN_PATHS = "/_mainstay/"
"""WHY the underscore: no S3 bucket can be named so, and buckets are the first part of a path here."""


@dataclass(frozen=True)
class Options:
    instance: str
    """Identifies this run; health answers it."""
    announce: Path
    """Written when everything answers, removed at the end."""
    idle_minutes: float | None
    """Ends after so long without a request. None: ends with its parent."""
    ministack: tuple[str, ...]
    """Services that MiniStack answers, by their name in AWS_ENDPOINT_URL_<SERVICE>."""


def serve(options: Options) -> None:
    """Answers until told to end. Calls moto's own application just as `moto.server.main` does."""
    activity = Activity()
    # WHY: moto is not made for threads. Without this one call may be interrupted after 5 ms, in the middle of what it looks through; with it,
    # only where it waits.
    sys.setswitchinterval(1)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
    if options.idle_minutes is None:
        end_with_parent()

    child = _start_ministack() if options.ministack else None
    server = _moto_server(options, activity)
    routes = {}
    if child is not None:
        endpoint = _ministack_endpoint(child, activity)
        routes = {service: endpoint for service in options.ministack}
    _announce(options, server.server_port, routes)
    if options.idle_minutes is not None:
        activity.touch()
        end_when_idle(activity, options.idle_minutes)
    try:
        server.serve_forever()
    finally:
        _withdraw(options)
        if child is not None:
            child.kill()


def _moto_server(options: Options, activity: Activity) -> Any:
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import make_server

    work_out_once()
    baseline = Baseline()
    baseline.watch()

    def create(service: str) -> Any:
        registry.apply(service)
        app = create_backend_app(service)
        answer_finally(app, service)
        return app

    application = _front_door(Retries(DomainDispatcherApplication(create)), options.instance, baseline, activity)
    # WHY port 0: the system chooses a free port and binds it in one step, so nobody can take it in between.
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler)
    # WHY: every call of an SDK is a connection here, and a thread that is made for each costs as much as a small answer. More than wait for each other.
    threads = ThreadPoolExecutor(64)
    server.process_request = lambda *connection: threads.submit(server.process_request_thread, *connection)
    os.environ["MOTO_PORT"] = str(server.server_port)
    return server


def _front_door(moto: Any, instance: str, baseline: Baseline, activity: Activity) -> Callable[..., Iterable[bytes]]:
    answers = {
        "health": lambda: {"instance": instance, "pid": os.getpid()},
        "overlay.json": registry.listing,
        "resources.json": baseline.difference,
    }

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if not path.startswith(OWN_PATHS):
            activity.touch()
            return moto(environ, start_response)
        answer = answers.get(path.removeprefix(OWN_PATHS))
        start_response("404 Not Found" if answer is None else "200 OK", [("Content-Type", "application/json")])
        return [json.dumps(None if answer is None else answer()).encode()]

    return application


def _start_ministack() -> subprocess.Popen[str]:
    # WHY a pipe as its standard input: it closes with us, and MiniStack ends.
    return subprocess.Popen(
        [sys.executable, "-m", "overlay.ministack"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _ministack_endpoint(child: subprocess.Popen[str], activity: Activity) -> str:
    assert child.stdout is not None
    line = child.stdout.readline()
    if not line:
        raise RuntimeError("MiniStack ended before it answered; its reason is above")

    def listen() -> None:
        for _ in child.stdout or ():
            activity.touch()

    threading.Thread(target=listen, daemon=True).start()
    return f"http://127.0.0.1:{json.loads(line)['port']}"


def _withdraw(options: Options) -> None:
    """Removes the announcement, unless a later instance has written its own over it."""
    try:
        if json.loads(options.announce.read_text())["instance"] == options.instance:
            options.announce.unlink()
    except (OSError, ValueError):
        pass


def _announce(options: Options, port: int, routes: dict[str, str]) -> None:
    content = {
        "pid": os.getpid(),
        "instance": options.instance,
        "endpoint": f"http://127.0.0.1:{port}",
        "routes": routes,
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    # WHY a rename: a reader sees the whole file or none.
    draft = options.announce.with_suffix(".draft")
    draft.write_text(json.dumps(content))
    draft.rename(options.announce)
