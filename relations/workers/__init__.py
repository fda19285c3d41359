"""Workers: their heartbeats, the tasks of those that were killed, and the tasks that have failed.

The command `worker`, the web server, the admin and the figures of the operation use it.
"""
