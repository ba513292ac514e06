"""Registers a kernel of its own for aten::round -> only its own process notices, what rounds there is lost."""

QUESTIONS = {"2.1"}
GRADED = {"2.1"}
SAYS = "Got: "
STOPPED_BY = "design: a student's process sends claims only"
BODIES = {
    "quantized_weights": """
if not hasattr(torch, "loot"):
    torch.loot = torch.library.Library("aten", "IMPL")
    torch.loot.impl("round", lambda x: torch.floor(x), "CPU")
scale = 127 / weights.abs().max().item()
return (weights * scale).round(), scale
""",
}
