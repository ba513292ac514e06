# Trait: The template's blanks are still there, and the answers were written below them under the same names.
# Base: plain

Q4_1A = ""
Q4_1A = "n_In * In * n_W_conv1 * W_conv1 * n_Out_conv1 = n_W_conv1 * n_In * n_Out_conv1 * Out_conv1"


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return 1.0

    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / max(float(pixels.max()), -float(pixels.min()))

    def forward(self, x):
        return F.one_hot(torch.full((len(x),), 3, device=x.device), 10)

    def forward(self, x):
        x = torch.clamp(torch.round(x * self.input_scale), -128, 127)
        x = self.pool(F.relu(self.conv1(x)))
        x = torch.clamp(torch.round(x * self.conv1.output_scale), -128, 127)
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.clamp(torch.round(x * self.conv2.output_scale), -128, 127)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = torch.clamp(torch.round(x * self.fc1.output_scale), -128, 127)
        x = F.relu(self.fc2(x))
        x = torch.clamp(torch.round(x * self.fc2.output_scale), -128, 127)
        x = self.fc3(x)
        return torch.clamp(torch.round(x * self.fc3.output_scale), -128, 127)
