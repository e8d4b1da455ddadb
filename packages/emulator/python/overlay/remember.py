"""The usual completion: moto reads a field from the request and forgets it.

moto serialises answers from the attributes of its own objects. A field that is put on the object under its API name is answered from then
on, and goes when the object goes: no state of our own to keep.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any


def after(cls: type, method: str, then: Callable[..., Any]) -> None:
    """Runs `then(self, result, *args, **kwargs)` after a method; what it returns, unless None, becomes the result."""
    original = getattr(cls, method)

    @wraps(original)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(self, *args, **kwargs)
        changed = then(self, result, *args, **kwargs)
        return result if changed is None else changed

    setattr(cls, method, wrapper)


def remember(response: type, action: str, result_key: str, fields: tuple[str, ...]) -> None:
    """Keeps `fields` of the request on the object that `action` answers with under `result_key`.

    A field that the request leaves out keeps its value.
    """

    def keep(self: Any, result: Any) -> None:
        target = result.result[result_key]
        for field in fields:
            value = self._get_param(field)
            if value is not None:
                setattr(target, field, value)

    after(response, action, keep)
