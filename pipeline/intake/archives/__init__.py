"""Archives to the files within: one module a format, one budget for all. Nothing is written under a sender's name.

A reader is a function from an archive's bytes, the message's `Budget` and the passwords to try to an iterator of
`Member` and `Oddity`. It takes every byte that it unpacks from the budget while it unpacks, so a bomb costs no more
than what the limits allow.
"""
