"""Handrail's agent: the Flask application and everything behind its doors."""
