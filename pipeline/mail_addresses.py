"""Mail addresses and the ids of messages, as what others wrote is searched for them."""

from __future__ import annotations

import re

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*")
"""RFC 5322 without quoting, comments and other alphabets: no sign in it has a meaning in a header or in SMTP."""
LOOKS_LIKE_ADDRESS = re.compile(r"[^\s<>@,;:]+@([^\s<>@,;:]+)")
"""All that somebody may read as an address, with its domain: for counting how many there are."""
MAIL_ID = re.compile(r"<[!-;=?-~]{1,250}>")
"""A Message-ID with its angle brackets."""
MOST_REFERENCES = 20
"""Message-IDs of a thread that are kept, the last ones."""
