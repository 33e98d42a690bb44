"""Figures: numbers with what they count, in five languages (`read_figures`)."""

from monitor.text.figures.figure import Figure
from monitor.text.figures.passages import read_figures

__all__ = ["Figure", "read_figures"]
