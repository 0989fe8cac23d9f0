"""The fault simulation: the real handlers on a virtual clock, against stand-ins that misbehave.

See docs/simulation.md; `make simulate` runs it.
"""
