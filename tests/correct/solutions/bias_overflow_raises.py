# Trait: An OverflowError of the student's own says which bias is beyond 32 bits.
# Base: compact

def fits(integers):
    beyond = [int(i) for i in (integers.abs() > 2**31).nonzero().flatten()]
    if beyond:
        raise OverflowError(f"bias {beyond} does not fit into 32 bits")
    return integers


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        return fits((bias * float(n_w * n_initial_input * prod(ns))).round())
