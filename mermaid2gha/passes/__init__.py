"""The passes from diagrams to workflows; each is a pure function named after its module."""
