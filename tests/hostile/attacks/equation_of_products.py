"""Answers with a product of sums that has a million terms -> bounded, 4.1a is lost."""

QUESTIONS = {"4.1a"}
SAYS = "Got: "
STOPPED_BY = "equations: an allow-list of syntax, never evaluated"
BODIES = {
    "Q4_1A": "(n_In + In + W_conv1 + n_W_conv1 + n_Out_conv1 + W_conv2 + n_W_conv2) * (n_In + In + W_conv1 + n_W_conv1 + n_Out_conv1 + W_conv2 + n_W_conv2) * (n_In + In + W_conv1 + n_W_conv1 + n_Out_conv1 + W_conv2 + n_W_conv2) * (n_In + In + W_conv1 + n_W_conv1 + n_Out_conv1 + W_conv2 + n_W_conv2) * (n_In + In + W_conv1 + n_W_conv1 + n_Out_conv1 + W_conv2 + n_W_conv2) * (n_In + In + W_conv1 + n_W_conv1 + n_Out_conv1 + W_conv2 + n_W_conv2) * (n_In + In + W_conv1 + n_W_conv1 + n_Out_conv1 + W_conv2 + n_W_conv2) * (n_In + In + W_conv1 + n_W_conv1 + n_Out_conv1 + W_conv2 + n_W_conv2) * (n_In + In + W_conv1 + n_W_conv1 + n_Out_conv1 + W_conv2 + n_W_conv2) * (n_In + In + W_conv1 + n_W_conv1 + n_Out_conv1 + W_conv2 + n_W_conv2) * (n_In + In + W_conv1 + n_W_conv1 + n_Out_conv1 + W_conv2 + n_W_conv2) * (n_In + In + W_conv1 + n_W_conv1 + n_Out_conv1 + W_conv2 + n_W_conv2) = In",
}
