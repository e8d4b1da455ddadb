"""AWS Step Functions.

| resource | completes | moto alone |
|---|---|---|
| aws_sfn_state_machine | ValidateStateMachineDefinition | lacks it, and the provider asks before it creates |
| aws_sfn_state_machine | ListStateMachineVersions | lacks it; nothing here publishes one |
| aws_sfn_state_machine | StartExecution | runs nothing unless told to |
| aws_sfn_state_machine | tracing_configuration | cannot be turned off again: that is an empty object in the request |
"""

from __future__ import annotations

from typing import Any

from overlay.registry import Completion
from overlay.remember import after

COMPLETIONS = [
    Completion(
        "aws_sfn_state_machine",
        ("ValidateStateMachineDefinition", "ListStateMachineVersions", "StartExecution", "tracing_configuration"),
        "lacks the first two; says that an execution succeeded and runs nothing; cannot turn tracing off again",
    ),
]


def apply() -> None:
    from moto.core.config import default_user_config
    from moto.stepfunctions.responses import StepFunctionResponse

    # Its calls of other services come back to this process.
    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    StepFunctionResponse.validate_state_machine_definition = _validate_definition
    StepFunctionResponse.list_state_machine_versions = _list_versions
    after(StepFunctionResponse, "update_state_machine", _keep_tracing)


def _validate_definition(self: Any) -> Any:
    from moto.core.responses import ActionResult
    from moto.stepfunctions.parser.api import InvalidDefinition

    diagnostics = []
    try:
        self.stepfunction_backend._validate_definition(self._get_param("definition"))
    except InvalidDefinition as error:
        diagnostics.append({"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": str(error), "location": "/"})
    result = "FAIL" if diagnostics else "OK"
    return ActionResult({"result": result, "diagnostics": diagnostics, "truncated": False})


def _list_versions(self: Any) -> Any:
    from moto.core.responses import ActionResult

    return ActionResult({"stateMachineVersions": []})


def _keep_tracing(self: Any, _: Any) -> None:
    tracing = self._get_param("tracingConfiguration")
    if tracing is not None:
        machine = self.stepfunction_backend.describe_state_machine(self._get_param("stateMachineArn"))
        machine.tracingConfiguration = {"enabled": tracing.get("enabled", False)}
