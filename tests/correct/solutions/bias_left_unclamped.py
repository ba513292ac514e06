# Trait: quantized_bias rounds and does not clamp, since no bias of the lab comes near 32 bits.
# Base: plain

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = n_w * n_initial_input
        for w_scale, out_scale in ns:
            scale *= w_scale * out_scale
        return (bias * scale).round()
