"""Amazon CloudWatch.

| resource | completes | moto alone |
|---|---|---|
| aws_cloudwatch_composite_alarm | PutCompositeAlarm | lacks it, though its alarms can have a rule |
"""

from __future__ import annotations

from typing import Any

from overlay.registry import Completion

COMPLETIONS = [
    Completion("aws_cloudwatch_composite_alarm", ("PutCompositeAlarm",), "lacks it"),
]

SUPPRESSOR = ("ActionsSuppressor", "ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")


def apply() -> None:
    from moto.cloudwatch.responses import CloudWatchResponse

    CloudWatchResponse.put_composite_alarm = _put_composite_alarm


def _put_composite_alarm(self: Any) -> Any:
    self.put_metric_alarm()
    alarm = self.cloudwatch_backend.alarms[self._get_param("AlarmName")]
    for field in SUPPRESSOR:
        setattr(alarm, field, self._get_param(field))
    from moto.core.responses import EmptyResult

    return EmptyResult()
