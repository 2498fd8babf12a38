"""How is it kept: the event store and what is saved in its transaction?"""
