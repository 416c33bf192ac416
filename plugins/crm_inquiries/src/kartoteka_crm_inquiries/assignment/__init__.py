"""Who gets new inquiries that nobody answers for yet."""
