# Mistake: conv1's output is scaled twice.
# Loses: 4.3
# Named: -
# Base: tensors

class NetQuantized:
    def forward(self, x):
        def quant(t, s):
            return torch.clamp(torch.round(t * s), lowest, highest)

        x = quant(x, self.input_scale)
        for k in ('conv1', 'conv2'):
            conv = getattr(self, k)
            x = self.pool(torch.relu(conv(x))) * conv.output_scale
            x = quant(x, self.conv1.output_scale if k == 'conv1' else 1)
        x = torch.flatten(x, 1)
        for k in ('fc1', 'fc2'):
            fc = getattr(self, k)
            x = quant(torch.relu(fc(x)), fc.output_scale)
        return quant(self.fc3(x), self.fc3.output_scale)
