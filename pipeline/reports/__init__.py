"""What people read: the letter to the sender, the office's workbook, the page, the overview of a run."""
