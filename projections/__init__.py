"""What do we show?"""
