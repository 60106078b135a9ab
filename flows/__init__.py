"""The outside: the command line and the Prefect flows.

What may live here: commands, schedules, retries, concurrency, artifacts. No rule of the domain: a flow or a command
only calls `pipeline`. This module imports nothing, so that `zhongshi reconcile` starts without Prefect.
"""
