"""Text whatever it means: normalising, slugs, names of authors, places in sources, the syntax of cells, XML.

Imports no Django models; everything else may import it.
"""
