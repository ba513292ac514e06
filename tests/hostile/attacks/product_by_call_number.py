"""Counts its calls to know which layer is meant, and answers from a list -> depends on more than its arguments, 4.2b is lost."""

QUESTIONS = {"4.2b"}
GRADED = {"1.2", "4.2b"}
SAYS = "Got: "
STOPPED_BY = "checks: probes that come in another order"
BODIES = {
    "NetQuantized.quantize_activations": """
calls = vars(torch).setdefault("loot", [])
calls.append(1)
return [0.02, 0.004, 0.003, 0.005, 0.006][len(calls) % 5]
""",
}
