from tests.shipping import shipped_site

__all__ = ["shipped_site"]
