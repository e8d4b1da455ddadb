"""What moto cannot do, said at once and in words.

moto answers 500 for an action that it lacks, and for its own mistakes. The AWS SDKs retry a 500: Terraform would wait for minutes. 501 is
final, and its message is what Terraform prints.

But for a reading: moto looks through its dictionaries while another call may change them, which fails once and not again. That is answered
503, twice at most.
"""

from __future__ import annotations

import json
import traceback
from typing import Any
from xml.sax.saxutils import escape

from overlay.retries import attempt_of


def answer_finally(app: Any, service: str) -> None:
    """Turns every exception that moto does not answer for into a 501 in the caller's protocol."""

    def fail(error: Exception) -> Any:
        from flask import Response, request
        from werkzeug.exceptions import HTTPException

        if isinstance(error, HTTPException):
            return error
        traceback.print_exception(error)
        status = 503 if may_pass(error, action_of(request), attempt_of(request.environ)) else 501
        message = f"the local AWS cannot do this ({service}): {type(error).__name__}: {error}"
        accepts_json = "json" in request.headers.get("Content-Type", "") or service in REST_JSON
        body, kind = (_json, "application/json") if accepts_json else (_xml, "text/xml")
        return Response(body(message), status, {"x-amzn-ErrorType": CODE}, content_type=kind)

    app.register_error_handler(Exception, fail)


def may_pass(error: Exception, action: str, attempt: int) -> bool:
    """Whether the same call may succeed in a moment. What moto lacks it will lack then too; what changes something may be half done."""
    return not isinstance(error, NotImplementedError) and action.startswith(READING) and attempt <= 2


READING = ("Describe", "Get", "List")


def action_of(request: Any) -> str:
    """In the form of the query protocols, or in a header; REST has none, and GET reads."""
    action = request.values.get("Action") or request.headers.get("X-Amz-Target", "").rpartition(".")[2]
    return action or ("Get" if request.method == "GET" else "")


CODE = "NotImplemented"
REST_JSON = {"efs", "backup", "fis", "xray"}
"""Services that speak JSON though a request without a body does not say so."""


def _json(message: str) -> str:
    return json.dumps({"__type": CODE, "message": message})


def _xml(message: str) -> str:
    return f"<ErrorResponse><Error><Code>{CODE}</Code><Message>{escape(message)}</Message></Error></ErrorResponse>"
