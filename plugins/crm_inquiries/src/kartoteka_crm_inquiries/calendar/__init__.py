"""The calendar of activities: people, resources, working hours and holidays."""
