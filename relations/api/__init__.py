"""The register for programs: read-only JSON under /api/v1/, the same questions and the same records as the public pages."""
