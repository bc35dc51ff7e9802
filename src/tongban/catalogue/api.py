"""The door of the catalogue."""

from tongban.catalogue.queries import ItemView, ResourceView, count_resources, get_resource, get_resources

__all__ = ["ItemView", "ResourceView", "count_resources", "get_resource", "get_resources"]
