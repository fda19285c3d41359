"""Foreign tables: which rows and columns of theirs are ours, what is unfolded, and the recipe that keeps the answers.

Imported by imports and whatever is above them; imports readers, rows and what is below them.
"""
