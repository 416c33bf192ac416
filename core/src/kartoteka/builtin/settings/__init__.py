"""What the company says about itself, kept in the database: name, country, language, time zone, codes."""
