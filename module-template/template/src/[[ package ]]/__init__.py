"""[[ title ]]: notes about clients."""
