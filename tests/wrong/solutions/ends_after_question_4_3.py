# Mistake: forward is done, Question 5 has the template's blanks.
# Loses: 5.1, 5.2
# Named: -
# Base: arrays

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = 2.5
        return torch.clamp((bias * scale).round(), min=-(2**31), max=2**31 - 1)


Q5_1 = ""
