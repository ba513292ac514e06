# Mistake: the blanks of Questions 4 and 5 are as the template left them.
# Loses: 4.1a, 4.1b, 4.2a, 4.2b, 4.3, 4.4, 5.1, 5.2, 5.3
# Named: -
# Base: named

Q4_1A = ""
Q4_1B = ""


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return 1.0

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        return 1.0

    def forward(self, x):
        return F.one_hot(torch.full((len(x),), 3, device=x.device), 10)


Q5_1 = ""


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = 2.5
        return torch.clamp((bias * scale).round(), min=-(2**31), max=2**31 - 1)
