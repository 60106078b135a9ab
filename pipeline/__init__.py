"""The domain: intake, forms, reconcile, reports, library.

What may live here: every rule of the job. It runs and is tested without Prefect; it may import `extractors`, never
`flows`.
"""
