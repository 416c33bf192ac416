"""The pytest plugin: fixtures that every test of the core and of a module may ask for."""
