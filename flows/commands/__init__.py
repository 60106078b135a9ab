"""The commands of ``zhongshi``, one a module.

What may live here: arguments, what is printed, exit codes. Each module imports the packages it needs within its
functions, so that a command doesn't wait for what only another one uses. This module imports nothing.
"""
