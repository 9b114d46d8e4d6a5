"""Formulas: TeX in, MathML out, and the font that lets brackets grow."""
