"""The language server: what an editor asks of documents that are being written, and of workflow files."""
