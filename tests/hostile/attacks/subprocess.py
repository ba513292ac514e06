"""Runs a shell, and says so when it fails -> refused in words a student understands."""

QUESTIONS = {"1.2"}
SAYS = "no other process can be started"
STOPPED_BY = "L4 system calls"
BODIES = {
    "value_range": """
import subprocess
print(subprocess.run(["/bin/sh", "-c", "echo PWNED"], capture_output=True, text=True).stdout)
return float(values.max() - values.min())
""",
}
