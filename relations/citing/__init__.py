"""How sources, records and lists of this register are cited: CSL items, lines in two styles, files, metadata."""
