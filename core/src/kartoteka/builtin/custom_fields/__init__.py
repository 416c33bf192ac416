"""Fields that a company adds to its records without a programmer: kinds, order, titles in five languages, rights."""
