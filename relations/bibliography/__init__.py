"""References in the formats of libraries: CSL-JSON, APA, GOST, RIS, BibTeX, COinS, Highwire and schema.org; and reads
what editors paste (reading.py).

Imports models and rows; charts, presentation, feeds, views and everything above may import it.
"""
