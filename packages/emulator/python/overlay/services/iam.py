"""AWS IAM.

| resource | completes | moto alone |
|---|---|---|
| aws_iam_openid_connect_provider | AddClientIDToOpenIDConnectProvider, RemoveClientIDFromOpenIDConnectProvider | answers 501, so that audiences never change |
"""

from __future__ import annotations

from typing import Any

from overlay.registry import Completion

COMPLETIONS = [
    Completion(
        "aws_iam_openid_connect_provider",
        ("AddClientIDToOpenIDConnectProvider", "RemoveClientIDFromOpenIDConnectProvider"),
        "answers 501, so that audiences never change",
    ),
]


def apply() -> None:
    from moto.core.responses import EmptyResult
    from moto.iam.responses import IamResponse

    def audiences(self: Any) -> tuple[list[str], str]:
        arn = self._get_param("OpenIDConnectProviderArn")
        return self.backend.get_open_id_connect_provider(arn).client_id_list, self._get_param("ClientID")

    def add(self: Any) -> Any:
        listed, audience = audiences(self)
        if audience not in listed:
            listed.append(audience)
        return EmptyResult()

    def remove(self: Any) -> Any:
        listed, audience = audiences(self)
        if audience in listed:
            listed.remove(audience)
        return EmptyResult()

    IamResponse.add_client_id_to_open_id_connect_provider = add
    IamResponse.remove_client_id_from_open_id_connect_provider = remove
