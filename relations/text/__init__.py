"""Text whatever it means: normalising, slugs, the syntax of cells, XML.

Imports no Django models; everything else may import it.
"""
