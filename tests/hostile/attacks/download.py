"""Downloads the answers -> refused in words a student understands."""

QUESTIONS = {"1.2"}
SAYS = "no network"
STOPPED_BY = "L4 system calls, L6 namespaces"
BODIES = {
    "value_range": """
import urllib.request
return float(urllib.request.urlopen("http://example.com/PWNED").read())
""",
}
