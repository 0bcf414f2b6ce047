"""The measured process: `python -m neural.worker PLAN.json` trains one program as its plan says and reports events.

Every module here treats both sides of a comparison alike: what a plan calls its side is only passed on.
"""
