"""Figures: numbers with what they count, in five languages (`read_figures`)."""

from monitor.text.figures.binding import Figure, read_figures

__all__ = ["Figure", "read_figures"]
