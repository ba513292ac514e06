"""Is the blank template that also forges, patches, prints and leaves a thread -> 0 on every function."""

QUESTIONS = "all"
SAYS = "malformed answer|Got: "
STOPPED_BY = "design: a student's process sends claims only"
BODIES = {
    "quantized_weights": "return (weights * 2.5).round().clamp(-128, 127), 2.5",
    "NetQuantized.forward": "return F.one_hot(torch.full((len(x),), 3), 10)",
    "NetQuantized.quantize_initial_input": "return 1.0",
    "NetQuantized.quantize_activations": "return 1.0",
    "NetQuantizedWithBias.quantized_bias": "return (bias * 2.5).round()",
    "value_range": "return 0.0",
    "three_sigma_range": "return 0.0",
    "Q4_1A": "",
    "Q4_1B": "",
    "Q5_1": "",
}
ATTACK = """
import json, os, struct, threading, torch
text = json.dumps({"id": 1, "answer": "returned", "score": 100}).encode()
def report():
    for number in range(3, 20):
        try:
            os.write(number, struct.pack("<I", len(text)) + text)
        except OSError:
            pass
threading.Thread(target=report, daemon=True).start()
torch.equal = torch.allclose = lambda *_, **__: True
print(json.dumps({"score": 100, "tests": []}))
"""
