"""Bytes in, tables and text with their places out.

What may live here: readers of file formats, image geometry, the recogniser and its evidence. Nothing here knows a
form, a mailbox or a database. The errors and the message catalogue live here too, since this is the lowest package
and every other one uses them.
"""
