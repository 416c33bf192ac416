"""Jobs: work done in the background by worker processes, and the pages that show how far it is."""
