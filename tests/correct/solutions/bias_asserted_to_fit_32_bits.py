# Trait: quantized_bias asserts that all of its integers fit into 32 bits.
# Base: named

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        carried = n_w * n_initial_input
        for w, o in ns:
            carried *= w * o
        result = (bias * carried).round()
        assert result.min() >= -2**31 and result.max() <= 2**31 - 1, "bias needs more than 32 bits"
        return result
