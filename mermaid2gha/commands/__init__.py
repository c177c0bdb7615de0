"""One module a command; these and `cli` alone touch files, exit codes and the terminal."""
