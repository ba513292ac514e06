# Mistake: another course's net calls its layers c1, c2, l1, l2 and l3, and so do the constructor and forward.
# Loses: 4.3, 4.4, 5.3
# Named: -
# Base: tensors

order = ('c1', 'c2', 'l1', 'l2', 'l3')


class Net(nn.Module):
    def __init__(self, bias=False):
        super().__init__()
        self.c1, self.c2 = nn.Conv2d(3, 8, 5, bias=False), nn.Conv2d(8, 24, 5, bias=False)
        self.pool = nn.MaxPool2d(2)
        self.l1, self.l2 = nn.Linear(600, 100, bias=False), nn.Linear(100, 50, bias=False)
        self.l3 = nn.Linear(50, 10, bias=bias)

    def forward(self, x):
        x = self.pool(torch.relu(self.c2(self.pool(torch.relu(self.c1(x))))))
        return self.l3(torch.relu(self.l2(torch.relu(self.l1(x.flatten(1))))))


def copy_model(m):
    c = copy.deepcopy(m)
    for ours, theirs in zip(c.parameters(), m.parameters()):
        if hasattr(theirs, 'scale'):
            ours.scale = copy.deepcopy(theirs.scale)
    return c


class NetQuantized:
    def __init__(self, net_with_weights_quantized):
        super().__init__()
        m = copy_model(net_with_weights_quantized)
        self.c1, self.c2, self.pool = m.c1, m.c2, m.pool
        self.l1, self.l2, self.l3 = m.l1, m.l2, m.l3
        self.input_scale = NetQuantized.quantize_initial_input(m.input_activations)
        ns = []
        for k in order:
            layer = getattr(self, k)
            layer.output_scale = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, ns)
            ns.append((layer.weight.scale, layer.output_scale))

    def forward(self, x):
        def quant(t, s):
            return torch.clamp(torch.round(t * s), lowest, highest)

        x = quant(x, self.input_scale)
        x = quant(self.pool(torch.relu(self.c1(x))), self.c1.output_scale)
        x = quant(self.pool(torch.relu(self.c2(x))), self.c2.output_scale)
        x = torch.flatten(x, 1)
        x = quant(torch.relu(self.l1(x)), self.l1.output_scale)
        x = quant(torch.relu(self.l2(x)), self.l2.output_scale)
        return quant(self.l3(x), self.l3.output_scale)


class NetQuantizedWithBias:
    def __init__(self, net_with_weights_quantized):
        super().__init__(net_with_weights_quantized)
        ns = [(getattr(self, k).weight.scale, getattr(self, k).output_scale) for k in order[:4]]
        self.l3.bias.data = NetQuantizedWithBias.quantized_bias(
            self.l3.bias.data, self.l3.weight.scale, self.input_scale, ns)
