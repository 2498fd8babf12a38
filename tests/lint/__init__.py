"""Does the code keep the rules no linter knows?"""
