"""The report book: which columns a report has, and how it leaves as a file."""
