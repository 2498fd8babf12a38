"""What do people see in a browser? Server-rendered pages, read-only."""
