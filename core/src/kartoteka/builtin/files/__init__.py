"""Documents: the register, their versions, access to them, their words in the search, and drives over WebDAV."""
