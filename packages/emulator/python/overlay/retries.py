"""A call that is sent again gets the answer of the first time, instead of being done twice.

Every AWS SDK numbers its attempts: `amz-sdk-invocation-id` is the same for all of them. An SDK tries again when it has lost an answer, which
on a busy machine happens between it and us too; AWS would then often know the call by a client token, moto does not, and answers that
what was asked for already exists.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Event, Lock
from typing import Any

KEPT = 500
"""Answers that are remembered. An SDK tries again within seconds; a deployment makes a few hundred calls in all."""

PATIENCE = 60
"""Seconds that a second attempt waits for the first one's answer."""


class _Answer:
    def __init__(self) -> None:
        self.known = Event()
        self.status = ""
        self.headers: list[tuple[str, str]] = []
        self.body = b""


class Retries:
    """WSGI middleware. Reading calls pass: they can be done twice."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application
        self._answers: OrderedDict[str, _Answer] = OrderedDict()
        self._lock = Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        invocation = environ.get("HTTP_AMZ_SDK_INVOCATION_ID")
        if invocation is None or environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            return self._application(environ, start_response)
        first = self._recall(invocation) if attempt_of(environ) > 1 else None
        # An answer that was an error is not kept: that is what the next attempt is for.
        if first is not None and first.known.wait(PATIENCE) and first.status.startswith("2"):
            start_response(first.status, first.headers)
            return [first.body]
        return self._answer(invocation, environ, start_response)

    def _recall(self, invocation: str) -> _Answer | None:
        with self._lock:
            return self._answers.get(invocation)

    def _answer(self, invocation: str, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer = _Answer()
        with self._lock:
            self._answers[invocation] = answer
            if len(self._answers) > KEPT:
                self._answers.popitem(last=False)

        def remember(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            answer.status, answer.headers = status, headers
            return start_response(status, headers, *rest)

        try:
            answer.body = b"".join(self._application(environ, remember))
        finally:
            answer.known.set()
        return [answer.body]


def attempt_of(environ: dict[str, Any]) -> int:
    """The number that the SDK gives to its attempt, from 1."""
    found = re.search(r"attempt=(\d+)", environ.get("HTTP_AMZ_SDK_REQUEST", ""))
    return int(found.group(1)) if found else 1
