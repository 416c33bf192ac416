"""Marketing data of clients: size, status, assortment, programmes, the channel that brought them (CL-11, CL-45)."""
