"""The calls for reports: what each asks for, by when, of whom, and which of several a message answers.

One file a call, beside the modules here or in the office's own folder. Everything that holds for one call and not for
another stands there: deadline, notice, addressee, reporting bodies, vocabularies, and which form is asked for.
"""
