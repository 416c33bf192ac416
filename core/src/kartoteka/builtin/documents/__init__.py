"""Documents made of records: numbered, set by Typst from templates that the company may replace, kept as PDF."""
