"""What every room stands on: sources, diagnostics, Markdown, graphs, tables of grammars."""
