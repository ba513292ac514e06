# Mistake: quantized_bias raises the message of a TODO.
# Loses: 5.2, 5.3
# Named: -
# Base: float32

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        raise Exception("TODO: ask in office hours")
