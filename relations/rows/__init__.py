"""The flat row of each type: its columns, which write a record as cells and read cells back.

Imports models; filters, the catalogue, imports, writers and everything above may import it.
"""
