"""The disk: documents, settings and outputs of a project; what is written, and how."""
