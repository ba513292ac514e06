"""Brings modules named wire, values, worker, json and torch, that claim full marks -> only its own imports meet them, nothing gained."""

QUESTIONS = {"1.2"}
SAYS = "Got: "
STOPPED_BY = "worker: own modules are loaded and hidden before"
MODULES = {
    "wire.py": """
def claim(*_): return {'score': 100}
Exporter = pack = receive = claim
print('PWNED')
""",
    "values.py": """
def claim(*_): return {'score': 100}
Exporter = pack = receive = claim
print('PWNED')
""",
    "worker.py": """
def claim(*_): return {'score': 100}
Exporter = pack = receive = claim
print('PWNED')
""",
    "zygote.py": """
def claim(*_): return {'score': 100}
Exporter = pack = receive = claim
print('PWNED')
""",
    "json.py": """
def claim(*_): return {'score': 100}
Exporter = pack = receive = claim
print('PWNED')
""",
    "struct.py": """
def claim(*_): return {'score': 100}
Exporter = pack = receive = claim
print('PWNED')
""",
    "torch.py": """
def claim(*_): return {'score': 100}
Exporter = pack = receive = claim
print('PWNED')
""",
    "numpy.py": """
def claim(*_): return {'score': 100}
Exporter = pack = receive = claim
print('PWNED')
""",
}
BODIES = {
    "value_range": """
import json, struct, numpy, torch
return 0.0
""",
}
