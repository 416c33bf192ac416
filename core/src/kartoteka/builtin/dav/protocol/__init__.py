"""The protocol: addresses, XML, properties, filters, reports, and what programs write."""
