"""Runs the reports that modules declare: on the screen, as a chart, on paper and as files."""
