"""Files to sheets: csv, workbooks and JSON become headings and rows of text with their positions.

Imports text and, through the registry, the known headings; imports, admin and management commands may import it.
"""
