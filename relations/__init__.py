"""The register of relations between Russia and the Central Asian states, as a Django app."""
