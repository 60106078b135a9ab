"""Answers to senders: drafts, the outbox that they wait in, and sending. Nothing is sent unless a setting says so."""
