"""Lines of the log: what is counted while one request is answered, its id in every line, and the two formats.

Every other package may import it; it knows none of them.
"""
