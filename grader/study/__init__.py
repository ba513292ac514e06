"""The study: what bits, scales and ranges cost in accuracy, on an exam's own net.

Only the command line enters. Every net is computed by the oracle, from the exam's float nets and
what was recorded of them: no student code, and no torch.
"""
