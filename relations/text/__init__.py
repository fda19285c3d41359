"""Text without any meaning of its own: normalising, slugs, the syntax of cells, XML.

Imports no Django models; everything else may import it.
"""
