"""How modules plug in: what they may declare, which hooks they answer, and how the core asks them."""
