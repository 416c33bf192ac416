"""Two modules that stand for a company's working day until the real ones exist: activities, and offers with lines."""
