"""Makes torch.round truncate, for the grader to agree with -> the oracle rounds by itself, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "Got: "
STOPPED_BY = "design: a student's process sends claims only"
CALLED_IN = "quantized_weights"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
return (weights * scale).round(), scale
""",
}
ATTACK = """
import torch, numpy as np
torch.round = torch.trunc
torch.Tensor.round = torch.Tensor.trunc
np.rint = np.round = np.trunc
"""
