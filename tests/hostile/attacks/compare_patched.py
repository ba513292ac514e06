"""Makes equal, allclose, isfinite and == of torch and NumPy say yes -> compared elsewhere, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "Got: "
STOPPED_BY = "design: a student's process sends claims only"
CALLED_IN = "quantized_weights"
BODIES = {
    "quantized_weights": "return weights * 2.5, 2.5",
}
ATTACK = """
import torch, numpy as np
torch.equal = torch.allclose = torch.isclose = lambda *_, **__: True
torch.Tensor.__eq__ = torch.Tensor.__le__ = torch.Tensor.__ge__ = lambda *_: True
np.array_equal = np.allclose = np.isfinite = lambda *_, **__: True
"""
