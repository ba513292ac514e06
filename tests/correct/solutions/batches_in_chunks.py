# Trait: forward cuts the batch into chunks of 64 images and concatenates their logits.
# Base: plain

class NetQuantized:
    def some(self, x):
        x = torch.clamp((x * self.input_scale).round(), min=-128, max=127)
        x = self.pool(torch.clamp((F.relu(self.conv1(x)) * self.conv1.output_scale).round(), max=127))
        x = self.pool(torch.clamp((F.relu(self.conv2(x)) * self.conv2.output_scale).round(), max=127))
        x = x.view(x.size(0), -1)
        x = torch.clamp((F.relu(self.fc1(x)) * self.fc1.output_scale).round(), max=127)
        x = torch.clamp((F.relu(self.fc2(x)) * self.fc2.output_scale).round(), max=127)
        return torch.clamp((self.fc3(x) * self.fc3.output_scale).round(), min=-128, max=127)

    def forward(self, x):
        return torch.cat([self.some(chunk) for chunk in x.split(64)], dim=0)
