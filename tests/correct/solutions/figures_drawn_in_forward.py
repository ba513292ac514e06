# Trait: forward draws a figure with a histogram of every layer's integers, each time that it is called.
# Base: plain

import matplotlib.pyplot as plt


def drawn(axis, title, x):
    axis.hist(x.detach().cpu().numpy().ravel(), bins=64)
    axis.set_title(title)
    return x


class NetQuantized:
    def forward(self, x):
        figure, axes = plt.subplots(2, 3)
        a = iter(axes.flat)
        x = drawn(next(a), "In", torch.clamp((x * self.input_scale).round(), -128, 127))
        x = self.pool(F.relu(self.conv1(x)))
        x = drawn(next(a), "conv1", torch.clamp((x * self.conv1.output_scale).round(), -128, 127))
        x = self.pool(F.relu(self.conv2(x)))
        x = drawn(next(a), "conv2", torch.clamp((x * self.conv2.output_scale).round(), -128, 127))
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = drawn(next(a), "fc1", torch.clamp((x * self.fc1.output_scale).round(), -128, 127))
        x = F.relu(self.fc2(x))
        x = drawn(next(a), "fc2", torch.clamp((x * self.fc2.output_scale).round(), -128, 127))
        x = self.fc3(x)
        x = drawn(next(a), "fc3", torch.clamp((x * self.fc3.output_scale).round(), -128, 127))
        plt.close(figure)
        return x
