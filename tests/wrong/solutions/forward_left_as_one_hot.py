# Mistake: all else is written, and forward is the template's constant in the 2020 form, for batches of four.
# Loses: 4.3, 4.4, 5.3
# Named: -
# Base: functional

class NetQuantized:
    def forward(self, x):
        # You will need to change this function
        return torch.tensor([[0, 0, 0, 1, 0, 0, 0, 0, 0, 0]] * 4)
