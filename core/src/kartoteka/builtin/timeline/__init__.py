"""The stream of a record: what happened, from every module, with notes, pins and followers."""
