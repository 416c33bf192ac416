"""Data health: a queue of what is wrong with the data of clients, and the score of each manager (M-20)."""
