"""Plausibility rules: what cannot be so (an error) and what is hardly so (a hint), asked in the same way everywhere.

A rule looks at the flat row of a record, so it works before anything is saved and after. `all_rules.py` lists them all;
`findings.py` applies them, and `publication.py` lets errors stop publishing.
"""
