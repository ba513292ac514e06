# Trait: Every graded function is called with keyword arguments, in another order.
# Base: named

def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return torch.clamp(input=torch.round(input=weights * scale), min=-128, max=127), scale


def quantize_layer_weights(model):
    for name in NAMES:
        layer = getattr(model, name)
        layer.weight.data, layer.weight.scale = quantized_weights(weights=layer.weight.data)


class NetQuantized:
    def __init__(self, net_with_weights_quantized):
        super().__init__()
        init = copy_model(model=net_with_weights_quantized)
        for name in (*NAMES, "pool"):
            setattr(self, name, getattr(init, name))
        self.input_scale = NetQuantized.quantize_initial_input(pixels=init.input_activations)
        ns = []
        for name in NAMES:
            layer = getattr(self, name)
            layer.output_scale = NetQuantized.quantize_activations(
                ns=ns, n_initial_input=self.input_scale, n_w=layer.weight.scale,
                activations=layer.activations)
            ns.append((layer.weight.scale, layer.output_scale))

    @staticmethod
    def fit(*, x, scale, low=-128, high=127):
        return torch.clamp(input=torch.round(input=x * scale), min=low, max=high)

    def forward(self, x):
        x = self.fit(x=x, scale=self.input_scale)
        x = self.pool(self.fit(x=self.conv1(input=x), scale=self.conv1.output_scale, low=0))
        x = self.pool(self.fit(x=self.conv2(x), scale=self.conv2.output_scale, low=0))
        x = torch.flatten(x, start_dim=1)
        x = self.fit(x=self.fc1(x), scale=self.fc1.output_scale, low=0)
        x = self.fit(x=self.fc2(x), scale=self.fc2.output_scale, low=0)
        return self.fit(x=self.fc3(x), scale=self.fc3.output_scale)


class NetQuantizedWithBias:
    def __init__(self, net_with_weights_quantized):
        super().__init__(net_with_weights_quantized=net_with_weights_quantized)
        ns = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            ns=ns, n_initial_input=self.input_scale, n_w=self.fc3.weight.scale,
            bias=self.fc3.bias.data)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = n_w * n_initial_input
        for w, o in ns:
            scale *= w * o
        return torch.clamp(input=torch.round(input=bias * scale), min=-2**31, max=2**31 - 1)
