"""Who may come in: failed logins and locks, the second step of a login, sessions, and the log of logins.

It knows nothing of the register. Admin, commands and middleware may import it.
"""
