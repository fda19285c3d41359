"""References in the formats of libraries: CSL-JSON, APA, GOST, RIS, BibTeX, COinS, Highwire and schema.org.

Imports models and rows; charts, presentation, feeds, views and everything above may import it.
"""
