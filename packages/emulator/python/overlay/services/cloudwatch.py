"""Amazon CloudWatch.

| resource | completes | moto alone |
|---|---|---|
| aws_cloudwatch_composite_alarm | PutCompositeAlarm | lacks it, though its alarms can have a rule |
| aws_cloudwatch_metric_alarm | DeleteAlarms | deletes an alarm that a composite alarm names |
"""

from __future__ import annotations

import re
from typing import Any

from overlay.registry import Completion

COMPLETIONS = [
    Completion("aws_cloudwatch_composite_alarm", ("PutCompositeAlarm",), "lacks it"),
    Completion(
        "aws_cloudwatch_metric_alarm",
        ("DeleteAlarms",),
        "deletes one that a composite alarm names, which AWS refuses",
    ),
]

SUPPRESSOR = ("ActionsSuppressor", "ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")
NAMED = re.compile(r'(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*"?(?:arn:[^")]+:alarm:)?([^")]+?)"?\s*\)')


def apply() -> None:
    from moto.cloudwatch.responses import CloudWatchResponse

    CloudWatchResponse.put_composite_alarm = _put_composite_alarm
    CloudWatchResponse.delete_alarms = _delete_alarms


def _put_composite_alarm(self: Any) -> Any:
    alarms = self.cloudwatch_backend.alarms
    suppressor = (self._get_param("ActionsSuppressor") or "").rsplit(":alarm:", 1)[-1]
    needed = _named(self._get_param("AlarmRule")) | ({suppressor} - {""})
    if missing := needed - alarms.keys():
        raise _refusal(f"Could not save the composite alarm as alarms {sorted(missing)} in the alarm rule do not exist")
    self.put_metric_alarm()
    alarm = alarms[self._get_param("AlarmName")]
    for field in SUPPRESSOR:
        setattr(alarm, field, self._get_param(field))
    return _empty()


def _delete_alarms(self: Any) -> Any:
    going = set(self._get_param("AlarmNames", []))
    staying = [alarm for name, alarm in self.cloudwatch_backend.alarms.items() if name not in going and alarm.rule]
    if kept := going & {name for alarm in staying for name in _named(alarm.rule)}:
        raise _refusal(f"Cannot delete {','.join(sorted(kept))} as there are composite alarm(s) depending on it.")
    self.cloudwatch_backend.delete_alarms(list(going))
    return _empty()


def _named(rule: str) -> set[str]:
    return set(NAMED.findall(rule))


def _refusal(message: str) -> Exception:
    from moto.cloudwatch.exceptions import ValidationError

    return ValidationError(message)


def _empty() -> Any:
    from moto.core.responses import EmptyResult

    return EmptyResult()
