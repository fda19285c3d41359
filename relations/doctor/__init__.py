"""What is wrong with this installation: each check says in sentences what it has found and what to do.

`manage.py doctor` shows all of them, `/readyz` and `make serve` ask the few without which nothing can be answered.
"""
