# Trait: NetQuantizedPow2 has a forward of its own, which takes the exponents of its scales and calls ldexp.
# Base: challenges
# Without: NetQuantizedPow2
class NetQuantizedPow2(NetQuantized):
    def __init__(self, net_profiled):
        net_init = copy_model(net_profiled)
        for layer in (net_init.conv1, net_init.conv2, net_init.fc1, net_init.fc2, net_init.fc3):
            weights = layer.weight.data
            layer.weight.scale = power_of_two_scale(127 / weights.abs().max().item())
            layer.weight.data = torch.clamp((weights * layer.weight.scale).round(), -128, 127)
        super(NetQuantizedPow2, self).__init__(net_init)
        self.input_scale = power_of_two_scale(self.input_scale)
        before = []
        for layer in (self.conv1, self.conv2, self.fc1, self.fc2, self.fc3):
            free = self.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, before
            )
            layer.output_scale = power_of_two_scale(free)
            before.append((layer.weight.scale, layer.output_scale))

    def forward(self, x):
        def shift(x, scale):
            exponent = torch.tensor(math.frexp(scale)[1] - 1)
            return torch.ldexp(x, exponent).round().clamp(-128, 127)

        x = shift(x, self.input_scale)
        x = shift(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = shift(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = torch.flatten(x, 1)
        x = shift(F.relu(self.fc1(x)), self.fc1.output_scale)
        x = shift(F.relu(self.fc2(x)), self.fc2.output_scale)
        return shift(self.fc3(x), self.fc3.output_scale)
