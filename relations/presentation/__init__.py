"""What pages show, in a form templates can print: words for counts, facts, footnotes, facet options, map and bars.

Views, template tags, feeds and the API may import it.
"""
