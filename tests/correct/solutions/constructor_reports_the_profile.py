# Trait: The constructor counts images, distinct values and empty channels of the profile for a table, and changes nothing.
# Base: named

class NetQuantized:
    def __init__(self, source):
        super().__init__()
        source = copy_model(source)
        for name in (*NAMES, "pool"):
            setattr(self, name, getattr(source, name))
        self.input_scale = self.quantize_initial_input(source.input_activations)
        self.report = {"images": len(source.input_activations) // (3 * 32 * 32)}
        done = []
        for name in NAMES:
            layer = getattr(self, name)
            values = np.asarray(layer.activations)
            self.report[name] = (values.size, np.unique(values[:1000]).size, float((values == 0).mean()))
            layer.output_scale = self.quantize_activations(
                values, layer.weight.scale, self.input_scale, done)
            done.append((layer.weight.scale, layer.output_scale))
        print(self.report)
