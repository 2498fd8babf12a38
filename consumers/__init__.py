"""What runs for ever, and what do other services run?"""
