"""What the site needs beyond Sphinx: a second language, search in Korean, and formulas without scripts."""
