# Trait: tables, figures and tensors are shown by `display` without an import, at the top and inside the graded functions.
# Base: notebook_2020

# %% instead of # # EE 290-2
from IPython.display import HTML, clear_output

IN_NOTEBOOK = get_ipython() is not None
STYLE = HTML("<style>div.output_scroll { height: 44em; }</style>")
display(STYLE)

# %% in place
def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    clear_output(wait=True)
    display(STYLE)
    scale = 127 / weights.abs().max().item()
    result = (weights * scale).round()
    shown = display("weights of", result.shape, display_id=IN_NOTEBOOK)
    if shown is not None:
        shown.update(result)
    return torch.clamp(result, min=-128, max=127), scale

# %% in place
class NetQuantized(nn.Module):
    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> float:
        display({"smallest": pixels.min(), "largest": pixels.max()})
        return 127 / np.abs(pixels).max()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        display(x[:1])
        x = (x * self.input_scale).round().clamp(-128, 127)
        x = self.pool(F.relu(self.conv1(x)))
        x = (x * self.conv1.output_scale).round().clamp(-128, 127)
        x = self.pool(F.relu(self.conv2(x)))
        x = (x * self.conv2.output_scale).round().clamp(-128, 127)
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = (x * self.fc1.output_scale).round().clamp(-128, 127)
        x = F.relu(self.fc2(x))
        x = (x * self.fc2.output_scale).round().clamp(-128, 127)
        x = self.fc3(x)
        return (x * self.fc3.output_scale).round().clamp(-128, 127)
