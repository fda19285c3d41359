"""Tags and filters of the templates, thin wrappers around presentation and bibliography."""
