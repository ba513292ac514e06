# Trait: the linear layers are int8 products by torch._int_mm, with int32 sums.
# Base: plain

def product(x, layer):
    rows = x.shape[0]
    padded = F.pad(x, (0, -x.shape[1] % 8, 0, max(0, 32 - rows))).to(torch.int8)
    weight = layer.weight.detach()
    square = F.pad(weight, (0, -weight.shape[1] % 8, 0, -weight.shape[0] % 8)).to(torch.int8)
    sums = torch._int_mm(padded, square.t().contiguous())[:rows, :weight.shape[0]].float()
    return sums if layer.bias is None else sums + layer.bias


class NetQuantized:
    def forward(self, x):
        def int8(values, scale):
            return torch.clamp((values * scale).round(), -128, 127)

        x = int8(x, self.input_scale)
        x = int8(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = int8(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = int8(F.relu(product(x.flatten(1), self.fc1)), self.fc1.output_scale)
        x = int8(F.relu(product(x, self.fc2)), self.fc2.output_scale)
        return int8(product(x, self.fc3), self.fc3.output_scale)
