"""What moto works out at every request though it cannot change: half of what a request costs.

Terraform makes thousands of them in a deployment, and waits for each.
"""

from __future__ import annotations

from functools import cache


def work_out_once() -> None:
    """Call it before anything is answered."""
    from moto import backends
    from moto.core import responses
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication

    # A folder of 200 entries that is listed, and each of them looked at.
    modules = tuple(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: modules
    # 200 patterns that are tried one after the other, with no state but their host.
    DomainDispatcherApplication.get_backend_for_host = cache(DomainDispatcherApplication.get_backend_for_host)
    # The methods of a class: of EC2's there are 600. Overlays add theirs before its first request.
    responses.method_names_from_class = cache(responses.method_names_from_class)
