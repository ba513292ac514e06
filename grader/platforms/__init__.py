"""Results for machines: a file or a package for each platform on which a course may live.

They stand above `grade`, which knows none of them. Only commands enter. What all of them need is
`deadline`, `files`, `told` and `zips`.
"""
