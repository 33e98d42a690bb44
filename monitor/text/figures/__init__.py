"""Figures: numbers with what they count, in five languages (`read_figures`)."""

from monitor.text.figures.binding import read_figures
from monitor.text.figures.figure import Figure

__all__ = ["Figure", "read_figures"]
