"""By which routes are questions asked? One a question."""
