"""Results for machines: a package for each platform on which a course may live.

They stand above `grade`, which knows none of them. Only commands enter.
"""
