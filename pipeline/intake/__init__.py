"""Raw messages in: store first, ledger second; attachments become documents with roles."""
