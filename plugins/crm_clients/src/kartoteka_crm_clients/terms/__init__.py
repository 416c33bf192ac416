"""Sales terms of clients: block, credit limit, payment term, prices, discounts (CL-07 to CL-10, CL-51, CL-56)."""
