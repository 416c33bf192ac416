"""What visitors of the website send and book by themselves: web forms and booking links."""
