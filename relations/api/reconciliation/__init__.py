"""The reconciliation service: matches names against the register, as the W3C Reconciliation Service API 0.2 describes.

Only urls may import it. It reads: nothing is created or taught, whatever is sent.
"""
