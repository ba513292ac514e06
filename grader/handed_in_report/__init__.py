"""The PDF that a student hands in: what the lab asks for, and whether it is there.

`reading` has it read by `inside`, a process that is shut in and so imports nothing else from here;
`check_list` judges what that process saw, and `export` makes such a PDF of a notebook.
"""
