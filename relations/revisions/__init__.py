"""Changes by people: a form is a row; a change of a public record waits as a revision until it is approved.

Uses `imports` to store rows. `admin`, `views` and `management` may import it.
"""
