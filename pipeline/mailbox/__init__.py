"""Mailboxes on IMAP servers: connecting, what is new, rules, marks. Never deletes a message."""
