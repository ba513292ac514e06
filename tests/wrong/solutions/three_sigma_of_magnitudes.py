# Mistake: sigma of the magnitudes, not of the values.
# Loses: 1.2
# Named: -
# Base: compact

def three_sigma_range(values):
    return float(6 * np.abs(np.asarray(values)).std())
