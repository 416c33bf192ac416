"""All contact persons in one list: searched, filtered, sorted, exported."""
