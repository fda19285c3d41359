"""Value objects of the field: periods (EDTF) and quantities, parsed from words and written as words.

Imports no Django models; models and everything above may import it.
"""
