"""The Python half of `neural tune`: a search with Optuna over what a program leaves open (docs/features/tune.md).

`python -m neural.tune PLAN` takes the options of the command as one JSON text. Trials are trained in a process of their
own, so that one that dies, or runs out of memory, ends as a failed trial and not the search.
"""
