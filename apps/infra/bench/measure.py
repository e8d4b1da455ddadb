"""Runs a command and prints what it and its children used, as the operating system counts it, as JSON."""

import json
import os
import subprocess
import sys

process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(json.dumps({"cpuMs": (usage.ru_utime + usage.ru_stime) * 1000, "peakMiB": usage.ru_maxrss / 1024}))
sys.exit(os.waitstatus_to_exitcode(status))
