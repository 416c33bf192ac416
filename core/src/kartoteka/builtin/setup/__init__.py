"""The first steps: whoever starts a new installation says who the company is and becomes its administrator."""
