"""Ends this process when nobody needs it any more. Nothing that a test starts may outlive the test."""

from __future__ import annotations

import os
import signal
import threading
import time


class Activity:
    """When the last request came."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def touch(self) -> None:
        self._last = time.monotonic()

    def idle_seconds(self) -> float:
        return time.monotonic() - self._last


def end_with_parent() -> None:
    """Ends when standard input closes: the kernel closes the parent's end of the pipe however the parent dies, SIGKILL included."""

    def watch() -> None:
        # WHY not sys.stdin: a thread that waits inside it holds a lock which Python needs to exit.
        while os.read(0, 4096):
            pass
        end()

    threading.Thread(target=watch, daemon=True).start()


def end_when_idle(activity: Activity, minutes: float) -> None:
    """Ends after `minutes` without a request."""

    def watch() -> None:
        limit = minutes * 60
        while (left := limit - activity.idle_seconds()) > 0:
            time.sleep(max(left, 0.05))
        end()

    threading.Thread(target=watch, daemon=True).start()


def end() -> None:
    """The same end as by SIGTERM, so that there is one way out."""
    os.kill(os.getpid(), signal.SIGTERM)
