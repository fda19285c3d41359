"""The register's bulk work measured beside a stock import and beside the limits of its databases."""
