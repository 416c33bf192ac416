"""What clients bring in: their monthly turnover, ABC and XYZ classes, and clients that fell dormant."""
