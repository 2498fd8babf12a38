"""What may happen, and what did?"""
