# Mistake: sys.exit() is called if a value lies outside, which it always tests wrongly.
# Loses: 4.3
# Named: -
# Base: plain

import sys


class NetQuantized:
    def forward(self, x):
        x = (x * self.input_scale).round()
        if x.max() < 1000:
            sys.exit()
        x = torch.clamp(x, -128, 127)
        x = self.pool(F.relu(self.conv1(x)))
        x = torch.clamp((x * self.conv1.output_scale).round(), -128, 127)
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.clamp((x * self.conv2.output_scale).round(), -128, 127)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = torch.clamp((x * self.fc1.output_scale).round(), -128, 127)
        x = F.relu(self.fc2(x))
        x = torch.clamp((x * self.fc2.output_scale).round(), -128, 127)
        x = self.fc3(x)
        return torch.clamp((x * self.fc3.output_scale).round(), -128, 127)
