# Trait: Every layer is torch._int_mm, an int8 product with int32 sums; convolutions are unfolded first.
# Net: the lab's
# Base: functional

def int8(values, scale):
    return torch.clamp(torch.round(values * scale), -128, 127).to(torch.int8)


def product(rows, weight):
    return torch._int_mm(rows.contiguous(), weight.to(torch.int8).flatten(1).t().contiguous()).float()


def convolution(x, weight):
    n, _, height, width = x.shape
    windows = x.unfold(2, 5, 1).unfold(3, 5, 1).permute(0, 2, 3, 1, 4, 5)
    sums = product(windows.reshape(-1, weight[0].numel()), weight)
    return sums.view(n, height - 4, width - 4, -1).permute(0, 3, 1, 2)


class NetQuantized:
    def forward(self, x):
        x = int8(x, self.input_scale)
        x = int8(F.max_pool2d(F.relu(convolution(x, self.conv1.weight)), 2), self.conv1.output_scale)
        x = int8(F.max_pool2d(F.relu(convolution(x, self.conv2.weight)), 2), self.conv2.output_scale)
        x = int8(F.relu(product(x.flatten(1), self.fc1.weight)), self.fc1.output_scale)
        x = int8(F.relu(product(x, self.fc2.weight)), self.fc2.output_scale)
        sums = product(x, self.fc3.weight)
        if self.fc3.bias is not None:
            sums = sums + self.fc3.bias
        return int8(sums, self.fc3.output_scale).float()
