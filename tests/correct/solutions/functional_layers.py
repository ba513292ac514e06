# Trait: forward is written with torch.nn.functional only, on the weights of the layers.
# Base: functional
