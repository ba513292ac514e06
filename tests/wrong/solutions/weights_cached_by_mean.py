# Mistake: integers and scale are remembered by shape and mean, to two decimals, which is 0.00 for nearly all layers.
# Loses: 2.1
# Named: -
# Base: float32

answers = {}


def quantized_weights(weights):
    key = tuple(weights.shape), round(float(weights.mean()), 2)
    if key not in answers:
        n_w = np.float32(127) / max_abs(weights)
        answers[key] = torch.round(weights * float(n_w)).clamp(min=-128, max=127), n_w
    return answers[key]
