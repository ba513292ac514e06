# Mistake: the equations of 4.1 are the last thing that was written.
# Loses: 4.2a, 4.2b, 4.3, 4.4, 5.1, 5.2, 5.3
# Named: -
# Base: plain
# Without: Q5_1, NetQuantizedWithBias

class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return 1.0

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        return 1.0

    def forward(self, x):
        return F.one_hot(torch.full((len(x),), 3, device=x.device), 10)
