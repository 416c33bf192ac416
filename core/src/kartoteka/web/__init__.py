"""Pages: the shell around them, who may enter, languages, forms, slots for modules, and what goes wrong."""
