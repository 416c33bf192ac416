"""The database room: sessions with row rights, journal, search, lists, number series and migrations."""
