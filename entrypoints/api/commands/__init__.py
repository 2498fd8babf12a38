"""By which routes are commands asked? One a command, by the phase of the journey."""
