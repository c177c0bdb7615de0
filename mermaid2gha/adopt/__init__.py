"""Settings under which a document draws workflows that people wrote."""
