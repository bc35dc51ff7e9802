"""Views of the supervisor's pages."""
