"""Hooks every import and poisons sys.modules -> nothing gained, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "Got: "
STOPPED_BY = "design: a student's process sends claims only"
CALLED_IN = "quantized_weights"
BODIES = {
    "quantized_weights": "return weights * 2.5, 2.5",
}
ATTACK = """
import sys
class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        raise SystemExit(name)
sys.meta_path.insert(0, Finder)
for name in ("numpy", "json", "struct", "os", "wire", "values", "worker", "grader"):
    sys.modules[name] = sys.modules["math"] if "math" in sys.modules else None
"""
