"""Reports of sales: the funnel, the forecast, why inquiries are won and lost."""
