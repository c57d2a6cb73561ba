"""Compare what a file says with what is stored: who is new, changed, unchanged, or not listed.

Nothing here writes. `make_plan` (plan.py) is the way in.
"""
