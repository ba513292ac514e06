# Trait: The bias and its equation are functions and strings above NetQuantized, and join their class later.
# Base: plain
# Without: NetQuantizedWithBias

# Question 5, which I did first
def bias_in_32_bits(bias, n_w, n_initial_input, ns):
    scale = n_w * n_initial_input
    for w_scale, out_scale in ns:
        scale *= w_scale * out_scale
    return torch.clamp((bias * scale).round(), min=-2147483648, max=2147483647)


Q4_1A = "n_Out_conv1 * n_W_conv1 * W_conv1 * n_In * In = n_W_conv1 * n_In * n_Out_conv1 * Out_conv1"


class NetQuantizedWithBias(NetQuantized):
    quantized_bias = staticmethod(bias_in_32_bits)

    def __init__(self, net_with_weights_quantized):
        super(NetQuantizedWithBias, self).__init__(net_with_weights_quantized)
        layers = (self.conv1, self.conv2, self.fc1, self.fc2)
        self.fc3.bias.data = bias_in_32_bits(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale,
            [(layer.weight.scale, layer.output_scale) for layer in layers])
