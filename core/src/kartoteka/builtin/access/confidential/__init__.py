"""Fields that only some people may see: which ones, and who."""
