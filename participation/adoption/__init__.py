"""Opinion points, dispositions, the closing bulletin and the adoption summary."""
