"""Saving from Word, Excel and Outlook: the page that opens beside a document, and what tells the programs of it."""
