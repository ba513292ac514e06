# Mistake: forward and all of Question 5 are still blank.
# Loses: 4.3, 5.1, 5.2
# Named: -
# Base: plain

Q5_1 = ""


class NetQuantized:
    def forward(self, x):
        return F.one_hot(torch.full((len(x),), 3, device=x.device), 10)


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = 2.5
        return torch.clamp((bias * scale).round(), min=-2147483648, max=2147483647)
