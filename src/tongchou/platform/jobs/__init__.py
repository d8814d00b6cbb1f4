"""Long work: asked for on a page or due at night, done by one process, seen while it goes on."""
