"""Countries as forms of clients offer them."""

from kartoteka.web.countries import country_choices, country_name

__all__ = ["country_choices", "country_name"]
