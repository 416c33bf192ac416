"""How complete the cards of clients are: in all, by field, by manager, and what to fill next (CL-44)."""
