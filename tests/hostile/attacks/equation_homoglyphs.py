"""Answers with letters that look like the names asked for -> other names, 4.1a is lost."""

QUESTIONS = {"4.1a"}
SAYS = "Got: "
STOPPED_BY = "equations: an allow-list of syntax, never evaluated"
BODIES = {
    "Q4_1A": "n_W_conv1 * W_conv1 * n_Іn * Іn * n_Out_conv1 = n_W_conv1 * n_Іn * n_Out_conv1 * Out_conv1",
}
