"""Could this study be for me?."""
